// What wrangler.toml binds, and which module `exports` stands for.
declare namespace Cloudflare {
  interface Env {
    INDEX: R2Bucket;
  }
  interface GlobalProps {
    mainModule: typeof import('../../src/index.ts');
  }
}
