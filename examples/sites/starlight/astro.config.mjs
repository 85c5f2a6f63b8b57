import starlight from '@astrojs/starlight';
import { defineConfig } from 'astro/config';
import { sparsedge } from 'sparsedge/starlight';

export default defineConfig({
  site: 'https://example.org',
  base: '/loom',
  integrations: [
    starlight({
      title: 'Loom',
      locales: { root: { label: 'English', lang: 'en' }, de: { label: 'Deutsch', lang: 'de' } },
      plugins: [sparsedge()],
    }),
  ],
});
