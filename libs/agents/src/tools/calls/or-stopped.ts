/** Nobody waits for a call any more. What was sent goes on. */
export class CallStoppedError extends Error {
  override readonly name = 'CallStoppedError';
}

/** What `begin` promises, or a rejection with CallStoppedError when the signal aborts before; then it may go on. */
export function orStopped<T>(signal: AbortSignal, begin: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CallStoppedError('nobody waits for this call'));
    signal.addEventListener('abort', stop, { once: true });
    // What comes of it after the end of the waiting changes nothing here.
    void begin()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', stop));
  });
}
