export default {
  title: 'Quarry',
  url: 'https://example.org',
  baseUrl: '/quarry/',
  i18n: { defaultLocale: 'en', locales: ['en', 'de'] },
  presets: [['classic', { docs: { routeBasePath: '/' }, blog: false, pages: false }]],
  plugins: [['sparsedge/docusaurus', { box: { placeholder: 'Search the quarry' } }]],
  themeConfig: { navbar: { title: 'Quarry' } },
};
