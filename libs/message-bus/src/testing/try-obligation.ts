import { AssertionError } from 'node:assert';
import type { Obligation } from './obligation.js';
import type { OpenTransport, TransportFactory } from './transport-factory.js';
import { Trial } from './trial.js';

export type Verdict = { readonly kept: true | 'not applicable' } | { readonly broken: unknown };

/** Time for the more telling error of a single wait to come first, in milliseconds. */
const MARGIN_MS = 100;

/** Runs one obligation against a transport that the factory opens for it. */
export async function tryObligation(
  factory: TransportFactory,
  obligation: Obligation,
  patienceMs: number,
): Promise<Verdict> {
  const opened = await factory.open();
  const trial = new Trial(opened, patienceMs);
  try {
    if (!offers(opened, obligation)) return { kept: 'not applicable' };
    const result = await bounded(obligation.run(trial), patienceMs, obligation.id);
    return { kept: result ?? true };
  } catch (error) {
    return { broken: error };
  } finally {
    trial.end();
    await bounded(opened.close(), patienceMs, 'closing what the factory opened');
  }
}

function offers(opened: OpenTransport, { needs = [] }: Obligation): boolean {
  return needs.every((need) =>
    need === 'another' ? opened.another !== undefined : opened.faults?.[need] !== undefined,
  );
}

async function bounded<T>(work: Promise<T>, patienceMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AssertionError({ message: `${what} did not end within ${patienceMs} ms` })),
      patienceMs + MARGIN_MS,
    );
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
