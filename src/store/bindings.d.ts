// Which module `exports` of cloudflare:workers stands for.
declare namespace Cloudflare {
  interface GlobalProps {
    mainModule: typeof import('./index.ts');
  }
}
