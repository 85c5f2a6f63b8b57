// What wrangler.toml binds, and which module `exports` stands for.
declare namespace Cloudflare {
  interface Env {
    INDEX: R2Bucket;
    /** In the project "workerd". */
    SPENDING: DurableObjectNamespace<import('../../src/edge/spending.ts').Spending>;
    /** In the project "neural": test/fixtures/fixture-files.ts. */
    FILES: Fetcher;
  }
  interface GlobalProps {
    mainModule: typeof import('../../src/index.ts');
  }
}
