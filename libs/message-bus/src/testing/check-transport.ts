import { kitObligations } from './kit-obligations.js';
import type { Deviation, Obligation } from './obligation.js';
import type { TransportFactory } from './transport-factory.js';
import { tryObligation, type Verdict } from './try-obligation.js';

/** What a transport states about itself, and how the kit tries it. */
export interface KitOptions {
  /**
   * What the transport is known not to keep. One that it does keep, and one that names no obligation, fails the kit.
   */
  readonly deviations: readonly Deviation[];
  /** The obligations that don't apply, all of them: with this list one more or one less fails the kit. */
  readonly notApplicable?: readonly string[];
  /** Tries these obligations only. */
  readonly only?: readonly string[];
  /** Bounds each obligation, in milliseconds; default 10,000. It only ends what hangs, nothing waits for it. */
  readonly patienceMs?: number;
}

/** An obligation that a transport does not keep, or a list that is not true of it. */
export interface KitFailure {
  readonly obligation: string;
  /** What is wrong, as a sentence. */
  readonly problem: string;
  readonly error?: unknown;
}

/** The transport conforms when there are no failures. */
export interface ConformanceReport {
  readonly kept: readonly string[];
  /** Obligations that need a second host, or a fault, that the factory does not offer. */
  readonly notApplicable: readonly string[];
  /** Deviations that are as listed. */
  readonly deviations: readonly Deviation[];
  readonly failures: readonly KitFailure[];
}

export const PATIENCE_MS = 10_000;

/** Runs every obligation, or those in `only`, against transports that the factory opens, one for each. */
export async function checkTransport(factory: TransportFactory, options: KitOptions): Promise<ConformanceReport> {
  const report = {
    kept: new Array<string>(),
    notApplicable: new Array<string>(),
    deviations: new Array<Deviation>(),
    failures: new Array<KitFailure>(),
  };
  report.failures.push(...unknownObligations(options));
  for (const obligation of chosen(options)) {
    const verdict = await tryObligation(factory, obligation, options.patienceMs ?? PATIENCE_MS);
    const deviation = options.deviations.find((listed) => listed.obligation === obligation.id);
    const failure = failureOf(obligation, verdict, options);
    if (failure !== undefined) report.failures.push(failure);
    else if (deviation !== undefined) report.deviations.push(deviation);
    else if ('kept' in verdict && verdict.kept === true) report.kept.push(obligation.id);
    else report.notApplicable.push(obligation.id);
  }
  return report;
}

export const chosen = ({ only }: KitOptions): readonly Obligation[] =>
  kitObligations.filter(({ id }) => only?.includes(id) ?? true);

export function unknownObligations({ deviations, notApplicable = [], only = [] }: KitOptions): readonly KitFailure[] {
  const known = new Set(kitObligations.map(({ id }) => id));
  const named = [
    ...deviations.map(({ obligation: id }) => ({ id, who: 'a deviation names' })),
    ...notApplicable.map((id) => ({ id, who: '`notApplicable` names' })),
    ...only.map((id) => ({ id, who: '`only` names' })),
  ];
  return named
    .filter(({ id }) => !known.has(id))
    .map(({ id, who }) => ({ obligation: id, problem: `${who} an obligation that does not exist` }));
}

/** What the verdict means beside what the transport states about itself. */
export function failureOf(
  { id, promise }: Obligation,
  verdict: Verdict,
  { deviations, notApplicable }: KitOptions,
): KitFailure | undefined {
  const deviation = deviations.find((listed) => listed.obligation === id);
  if ('broken' in verdict)
    return deviation === undefined
      ? { obligation: id, problem: `not kept: ${promise}`, error: verdict.broken }
      : undefined;
  const applies = verdict.kept === true;
  if (deviation !== undefined)
    return {
      obligation: id,
      problem: `listed as a deviation ("${deviation.reason}") and ${applies ? 'kept all the same' : 'not applicable'}; take it off the list`,
    };
  if (notApplicable === undefined || notApplicable.includes(id) !== applies) return undefined;
  return {
    obligation: id,
    problem: applies
      ? 'listed as not applicable and applies; take it off the list'
      : 'does not apply: the factory does not offer what it needs; list it as not applicable or offer it',
  };
}
