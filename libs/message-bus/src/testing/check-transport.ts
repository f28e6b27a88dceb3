import { AssertionError } from 'node:assert';
import type { Deviation, Obligation } from './obligation.js';
import type { TransportFactory } from './transport-factory.js';
import { Trial } from './trial.js';
import { transportObligations } from './transport-obligations.js';

export interface KitOptions {
  /** What the transport is known not to keep. One that it does keep, and one that names no obligation, fails the kit. */
  readonly deviations: readonly Deviation[];
  /** Bounds each obligation, in milliseconds; default 10,000. It only ends what hangs, nothing waits for it. */
  readonly patienceMs?: number;
}

export interface KitFailure {
  readonly obligation: string;
  /** What is wrong, as a sentence. */
  readonly problem: string;
  readonly error?: unknown;
}

/** The transport conforms when there are no failures. */
export interface Report {
  readonly kept: readonly string[];
  /** Obligations between hosts, for a factory without a second one. */
  readonly notApplicable: readonly string[];
  /** Deviations that are as listed. */
  readonly deviations: readonly Deviation[];
  readonly failures: readonly KitFailure[];
}

export type Verdict = { readonly kept: true | 'not applicable' } | { readonly broken: unknown };

/** Time for the more telling error of a single wait to come first, in milliseconds. */
const MARGIN_MS = 100;

/** Runs every obligation, or those in `only`, against transports that the factory opens, one for each. */
export async function checkTransport(factory: TransportFactory, { deviations, patienceMs = 10_000, only }: KitOptions & { readonly only?: readonly string[] }): Promise<Report> {
  const report = { kept: new Array<string>(), notApplicable: new Array<string>(), deviations: new Array<Deviation>(), failures: new Array<KitFailure>() };
  report.failures.push(...unknownObligations(deviations.map(({ obligation }) => obligation), 'a deviation names'), ...unknownObligations(only ?? [], '`only` names'));
  for (const obligation of transportObligations.filter(({ id }) => only?.includes(id) ?? true)) {
    const verdict = await tryObligation(factory, obligation, patienceMs);
    const deviation = deviations.find((listed) => listed.obligation === obligation.id);
    const failure = failureOf(obligation, verdict, deviation);
    if (failure !== undefined) report.failures.push(failure);
    else if (deviation !== undefined) report.deviations.push(deviation);
    else if ('kept' in verdict && verdict.kept === true) report.kept.push(obligation.id);
    else report.notApplicable.push(obligation.id);
  }
  return report;
}

export function unknownObligations(ids: readonly string[], who: string): readonly KitFailure[] {
  const known = new Set(transportObligations.map(({ id }) => id));
  return ids.filter((id) => !known.has(id)).map((id) => ({ obligation: id, problem: `${who} an obligation that does not exist` }));
}

/** What the verdict means beside what the transport states about itself. */
export function failureOf({ id, promise }: Obligation, verdict: Verdict, deviation: Deviation | undefined): KitFailure | undefined {
  if (deviation === undefined) return 'broken' in verdict ? { obligation: id, problem: `not kept: ${promise}`, error: verdict.broken } : undefined;
  return 'broken' in verdict ? undefined : { obligation: id, problem: `listed as a deviation ("${deviation.reason}") and kept all the same; take it off the list` };
}

export async function tryObligation(factory: TransportFactory, obligation: Obligation, patienceMs: number): Promise<Verdict> {
  const opened = await factory.open();
  const trial = new Trial(opened, patienceMs);
  try {
    const result = await bounded(obligation.run(trial), patienceMs, obligation.id);
    return { kept: result ?? true };
  } catch (error) {
    return { broken: error };
  } finally {
    trial.end();
    await bounded(opened.close(), patienceMs, 'closing what the factory opened');
  }
}

async function bounded<T>(work: Promise<T>, patienceMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AssertionError({ message: `${what} did not end within ${patienceMs} ms` })), patienceMs + MARGIN_MS);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
