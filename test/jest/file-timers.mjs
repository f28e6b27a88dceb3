import { ModernFakeTimers } from '@jest/fake-timers';

const real = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
/** Of a real timer, which no fake one is. */
const { constructor: Timeout } = real.setTimeout(() => undefined, 0).unref();

/** Whether the engine asks: it does so itself, so it stands right behind whoever looks. */
const isAskedByEngine = () => /[/\\]@electric-sql[/\\]pglite[/\\]/.test(new Error().stack ?? '');

/**
 * Fake timers of one file, in the process of all. An engine of the worker lives longer than a file and asks for a
 * timer again whenever one is over: by a fake clock that stands years ago it never is, and the file's timers never end.
 */
export class FileTimers extends ModernFakeTimers {
  /** @param {Parameters<ModernFakeTimers['useFakeTimers']>[0]} config */
  useFakeTimers(config) {
    super.useFakeTimers(config);
    const fake = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout };
    if (fake.setTimeout === real.setTimeout) return;
    globalThis.setTimeout = Object.assign(
      (/** @type {Parameters<typeof setTimeout>} */ ...args) => (isAskedByEngine() ? real : fake).setTimeout(...args),
      fake.setTimeout,
    );
    globalThis.clearTimeout = (timer) => (timer instanceof Timeout ? real : fake).clearTimeout(timer);
  }
}
