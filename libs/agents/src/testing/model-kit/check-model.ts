import type { ModelFactory } from './model-factory.js';
import { modelObligations } from './model-obligations.js';
import type { ModelDeviation, ModelObligation } from './obligation.js';
import { Trial } from './trial.js';

/** What a model states about itself, and how the kit tries it. */
export interface ModelKitOptions {
  /** What it is known not to keep. One that it does keep, and one that names no obligation, fails the kit. */
  readonly deviations?: readonly ModelDeviation[];
  /** Tries these obligations only. */
  readonly only?: readonly string[];
  /** Bounds each obligation, in milliseconds; default 20,000. It only ends what hangs, nothing waits for it. */
  readonly patienceMs?: number;
}

/** An obligation that a model does not keep, or a list that is not true of it. */
export interface ModelKitFailure {
  readonly obligation: string;
  /** What is wrong, as a sentence. */
  readonly problem: string;
  readonly error?: unknown;
}

/** The model conforms when there are no failures. */
export interface ModelReport {
  readonly kept: readonly string[];
  /** They are about a provider, and the model has none. */
  readonly notApplicable: readonly string[];
  /** Deviations that are as listed. */
  readonly deviations: readonly ModelDeviation[];
  readonly failures: readonly ModelKitFailure[];
}

type Verdict = { readonly kept: boolean } | { readonly broken: unknown };

const PATIENCE_MS = 20_000;

/** Runs every obligation, or those in `only`, against models that the factory opens. */
export async function checkModel(factory: ModelFactory, options: ModelKitOptions = {}): Promise<ModelReport> {
  const report = {
    kept: new Array<string>(),
    notApplicable: new Array<string>(),
    deviations: new Array<ModelDeviation>(),
    failures: unknownObligations(options),
  };
  for (const obligation of modelObligations.filter(({ id }) => options.only?.includes(id) ?? true)) {
    const verdict = await tryModel(factory, obligation, options);
    const listed = options.deviations?.find((deviation) => deviation.obligation === obligation.id);
    const failure = failureOf(obligation, verdict, listed);
    if (failure !== undefined) report.failures.push(failure);
    else if (listed !== undefined) report.deviations.push(listed);
    else if ('kept' in verdict && verdict.kept) report.kept.push(obligation.id);
    else report.notApplicable.push(obligation.id);
  }
  return report;
}

export function unknownObligations({ deviations = [], only = [] }: ModelKitOptions): ModelKitFailure[] {
  const known = new Set(modelObligations.map(({ id }) => id));
  return [...deviations.map(({ obligation }) => obligation), ...only]
    .filter((id) => !known.has(id))
    .map((id) => ({ obligation: id, problem: 'it is named, and no obligation is called so' }));
}

/** What the verdict means beside what is listed. */
export function failureOf(
  { id, promise }: ModelObligation,
  verdict: Verdict,
  listed: ModelDeviation | undefined,
): ModelKitFailure | undefined {
  if ('broken' in verdict)
    return listed === undefined
      ? { obligation: id, problem: `not kept: ${promise}`, error: verdict.broken }
      : undefined;
  if (listed === undefined) return undefined;
  const how = verdict.kept ? 'kept all the same' : 'not applicable';
  return { obligation: id, problem: `listed as a deviation ("${listed.reason}") and ${how}; take it off the list` };
}

/** Tries one obligation, with models that are closed afterwards. */
export async function tryModel(
  factory: ModelFactory,
  obligation: ModelObligation,
  { patienceMs = PATIENCE_MS }: ModelKitOptions,
): Promise<Verdict> {
  const trial = new Trial(factory, patienceMs);
  try {
    if (obligation.needsProvider === true) {
      const { provider } = await trial.open([]);
      if (provider === undefined) return { kept: false };
    }
    await obligation.run(trial);
    return { kept: true };
  } catch (error) {
    return { broken: error };
  } finally {
    await trial.end();
  }
}
