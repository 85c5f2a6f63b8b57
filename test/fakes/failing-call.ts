// A function that fails once.

/** What `call` does, except that call number `at` (counted from 1) rejects with an error of this message. */
export function failingCall<Arguments extends unknown[], Result>(
  at: number,
  message: string,
  call: (...args: Arguments) => Promise<Result>,
): (...args: Arguments) => Promise<Result> {
  let calls = 0;
  return async (...args) => {
    calls++;
    if (calls === at) throw new Error(message);
    return call(...args);
  };
}
