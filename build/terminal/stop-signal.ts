// How a server of the command line is stopped.

/** Ends at Ctrl-C, or when the process is asked to end. */
export function stopSignal(): Promise<unknown> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) {
      // Miniflare listens as well, and would end the process at once, as failed and before anything is put away.
      process.removeAllListeners(signal);
      process.once(signal, resolve);
    }
  });
}
