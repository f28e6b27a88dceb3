/**
 * Tells many waits of the end of one signal. A signal looks through its listeners for each that is added, and a relay
 * has hundreds of sends under way with one signal: here they are one listener, for as long as any of them waits.
 */
export class Aborts {
  private readonly waits = new WeakMap<AbortSignal, { readonly runs: Set<() => void>; readonly tell: () => void }>();

  add(signal: AbortSignal, run: () => void): void {
    const known = this.waits.get(signal);
    if (known !== undefined) return void known.runs.add(run);
    const runs = new Set([run]);
    const tell = (): void => {
      for (const each of runs) each();
    };
    this.waits.set(signal, { runs, tell });
    signal.addEventListener('abort', tell);
  }

  remove(signal: AbortSignal, run: () => void): void {
    const known = this.waits.get(signal);
    if (known === undefined || !known.runs.delete(run) || known.runs.size > 0) return;
    this.waits.delete(signal);
    signal.removeEventListener('abort', known.tell);
  }
}
