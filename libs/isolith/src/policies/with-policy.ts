import {
  Failure,
  HandlerError,
  IsolithError,
  UnlistedFailure,
  type MessageClass,
  type RequestContract,
} from '@isolith/contracts';
import {
  type BreakerSpec,
  type BulkheadSpec,
  type HedgeSpec,
  type NoFallback,
  noFallback,
  resilience,
  type ResilienceSpec,
  type RetrySpec,
  type StaleAnswersSpec,
} from '@isolith/resilience';
import type { Command, Query } from '@nestjs/cqrs';

type Asked<M extends MessageClass<RequestContract>> = InstanceType<M>;
type AnswerTo<M extends MessageClass<RequestContract>> =
  Asked<M> extends Command<infer R> ? R : Asked<M> extends Query<infer R> ? R : never;

/** The last answers of a query stand in for one, while an old one is better than none. */
export interface StaleAnswersOf<M extends MessageClass<RequestContract>> extends StaleAnswersSpec {
  /**
   * Whether the answer is the same whoever asks. Default false: each user is given only what was answered to the same
   * one.
   */
  readonly sameForAll?: boolean;
  /**
   * For a query about several things: its answer is kept in parts, and put together from what several ones left. Where
   * one of these functions throws, nothing is kept or stands in, and one line of the log says so; the call has the end
   * that it has.
   */
  readonly parts?: {
    /** What it asks about. */
    readonly keys: (asked: Asked<M>) => readonly string[];
    /** The answer about each, as if it alone had been asked for; what is left out is not kept. */
    readonly split: (answer: AnswerTo<M>) => Iterable<readonly [key: string, part: AnswerTo<M>]>;
    /** The answer about all: called when every key has its part, in the order of `keys`. */
    readonly join: (parts: readonly AnswerTo<M>[]) => AnswerTo<M>;
  };
}

/** What answers when the call could not: a function of the message, old answers, or nothing, for a stated reason. */
type Substitute<M extends MessageClass<RequestContract>> =
  | ((error: unknown, asked: Asked<M>) => AnswerTo<M> | Promise<AnswerTo<M>>)
  | StaleAnswersOf<M>
  | NoFallback;

/** How calls to one message of another context are made; what is absent does not apply, `{}` takes its defaults. */
export type ContractPolicy<M extends MessageClass<RequestContract>> = {
  /** Instead of the bus' own repetition within the deadline. What is asked again has the same id. */
  readonly retry?: Omit<RetrySpec, 'retryOn'>;
  /** For queries. */
  readonly hedge?: HedgeSpec;
  readonly bulkhead?: BulkheadSpec;
  /** What one attempt may take; milliseconds. */
  readonly timeoutMs?: number;
} & (
  | { readonly breaker?: never; readonly fallback?: Substitute<M> }
  | { readonly breaker: BreakerSpec; readonly fallback: Substitute<M> }
);

/** How the last answers are kept and found, whatever the message. */
export interface KeptAnswers {
  readonly bounds: StaleAnswersSpec;
  readonly sameForAll: boolean;
  readonly keys: (asked: object) => readonly string[];
  readonly split: (answer: unknown, keys: readonly string[]) => Iterable<readonly [key: string, part: unknown]>;
  readonly join: (parts: readonly unknown[]) => unknown;
}

/** A message that a context needs, with the policy of its calls. */
export class PolicedNeed {
  constructor(
    readonly message: MessageClass<RequestContract>,
    readonly spec: ResilienceSpec<unknown>,
    readonly substitute: ((error: unknown, asked: object) => unknown) | undefined,
    readonly kept: KeptAnswers | undefined,
  ) {}
}

/**
 * Declares how a context calls a message of another one: `needs: [withPolicy(GetPrices, { timeoutMs: 500, … })]`. It
 * holds wherever the two contexts run. Failures of the contract, and refusals that are about the caller, are answers:
 * never retried, nothing to a breaker, passed on as they are. An open breaker is `NotDeliveredError`, a full bulkhead
 * `OverloadedError`, and an attempt that took too long `OutcomeUnknownError`.
 *
 * A breaker without a fallback refuses the start.
 * @throws {RangeError} naming every number out of range
 * @throws {TypeError} for a command that would be hedged or answered as another one was
 */
export function withPolicy<M extends MessageClass<RequestContract>>(
  message: M,
  { fallback, retry, breaker, ...policy }: ContractPolicy<M>,
): PolicedNeed {
  const { contract } = message;
  const substitute = typeof fallback === 'function' ? fallback : undefined;
  const stale = fallback !== undefined && 'maxAgeMs' in fallback ? fallback : undefined;
  const unfit = [
    ...(contract.kind === 'command' && policy.hedge !== undefined ? ['hedge'] : []),
    ...(contract.kind === 'command' && stale !== undefined ? ['fallback.maxAgeMs'] : []),
  ];
  if (unfit.length > 0)
    throw new TypeError(`policy of ${contract.name}: ${unfit.join(' and ')}: for queries, and it is a command`);
  const given = fallback !== undefined && 'reason' in fallback ? fallback : undefined;
  const shared = {
    ...policy,
    ...(retry === undefined ? {} : { retry: { ...retry, retryOn: mayHelp } }),
    isAnswer,
  };
  // What stands in is given to each run, with its message; to the declaration it is enough that there is one.
  const declared = fallback === undefined ? undefined : (given ?? rethrow);
  const spec: ResilienceSpec<unknown> =
    breaker === undefined
      ? { ...shared, ...(declared === undefined ? {} : { fallback: declared }) }
      : // Without a fallback, which only untyped code can leave out: a violation, which the host tells.
        { ...shared, breaker, fallback: declared ?? noFallback('') };
  // So that numbers out of range are refused where they stand.
  resilience(contract.name, spec);
  const isOurs = (received: object): received is Asked<M> => received instanceof message;
  const ours = (received: object): Asked<M> => {
    if (isOurs(received)) return received;
    throw new TypeError(`the policy of ${contract.name} was given something else`);
  };
  return new PolicedNeed(
    message,
    spec,
    substitute && ((error, asked) => substitute(error, ours(asked))),
    stale && keptAnswers(stale, ours, answerOf(message)),
  );
}

function keptAnswers<M extends MessageClass<RequestContract>>(
  { sameForAll = false, parts, ...bounds }: StaleAnswersOf<M>,
  ours: (asked: object) => Asked<M>,
  read: (json: unknown) => AnswerTo<M>,
): KeptAnswers {
  if (parts === undefined)
    return {
      bounds,
      sameForAll,
      keys: (asked) => [JSON.stringify(asked)],
      split: (answer, [key = '']) => [[key, answer]],
      join: ([answer]) => answer,
    };
  return {
    bounds,
    sameForAll,
    keys: (asked) => parts.keys(ours(asked)),
    split: (answer) => parts.split(read(answer)),
    join: (found) => parts.join(found.map(read)),
  };
}

/** An answer by its own contract, which is what its type was inferred from. */
const answerOf =
  <M extends MessageClass<RequestContract>>({ contract }: M) =>
  (json: unknown): AnswerTo<M> =>
    contract.readOutput(json) as AnswerTo<M>;

/** What says something about the message or its sender, and nothing about who answers. */
const isAnswer = (error: unknown): boolean =>
  error instanceof Failure ||
  error instanceof UnlistedFailure ||
  (error instanceof IsolithError && !error.retryable && !(error instanceof HandlerError));

/** What the bus would ask again by itself; and the own refusals, which pass. */
const mayHelp = (error: unknown): boolean => error instanceof Error && 'retryable' in error && error.retryable === true;

const rethrow = (error: unknown): never => {
  throw error;
};
