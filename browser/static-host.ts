// A static host, before anything of its index is known. It is part of what a page loads at once, so that the host is
// asked for the index while the engine is still on its way.

/** How to open an index. */
export interface OpenOptions {
  /** What fetches, if not `fetch`. */
  readonly fetch?: typeof fetch | undefined;
  /** Ends the opening, which then throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What is known of a host. */
export interface Host {
  /** The folder of the index, with a slash at its end. */
  readonly folder: URL;
  readonly fetch: typeof fetch;
  /** What the host answers for the manifest of the current generation: it may be taken once. */
  asked: Promise<Response> | undefined;
  /** It answered a range with something else: objects are read whole. */
  hasNoRanges: boolean;
  /** Reads that were made again. */
  retries: number;
}

/** A host that is asked for what is current, of which nothing else is known. */
export function askHost(
  index: string | URL,
  { fetch: ask = (...request) => fetch(...request), signal }: OpenOptions,
): Host {
  const folder = new URL(index, globalThis.document?.baseURI);
  if (!folder.pathname.endsWith('/')) folder.pathname += '/';
  const asked = (async () =>
    ask(new URL('current', folder), { cache: 'no-cache', ...(signal && { signal }) }))();
  // Whoever reads it says what failed; nobody may.
  asked.catch(() => {});
  return { folder, fetch: ask, asked, hasNoRanges: false, retries: 0 };
}
