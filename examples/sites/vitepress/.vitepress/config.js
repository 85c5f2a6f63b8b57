import { sparsedge } from 'sparsedge/vitepress';
import { defineConfig } from 'vitepress';

export default defineConfig({
  title: 'Ferry',
  base: '/ferry/',
  cleanUrls: true,
  locales: {
    root: { label: 'English', lang: 'en' },
    de: { label: 'Deutsch', lang: 'de' },
  },
  themeConfig: {
    sidebar: [
      { text: 'Sail', link: '/guide/sail' },
      { text: 'Harbours', link: '/guide/harbours' },
    ],
  },
  vite: { plugins: [sparsedge()] },
});
