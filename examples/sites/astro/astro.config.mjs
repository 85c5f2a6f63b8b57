import { defineConfig } from 'astro/config';
import { sparsedge } from 'sparsedge/astro';

export default defineConfig({
  site: 'https://example.org',
  base: '/kiln',
  integrations: [sparsedge()],
});
