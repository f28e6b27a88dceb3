import type { PolicyCase, PolicyVerdict, Verdict, WritePolicy } from './tool.js';

/** It is done without asking anybody. */
export const auto = (why: string): WritePolicy => always('auto', why);
/** The user is asked first. */
export const approve = (why: string): WritePolicy => always('approve', why);
/** It is never done. */
export const forbid = (why: string): WritePolicy => always('forbid', why);

function always(verdict: Verdict, why: string): WritePolicy {
  const said = { verdict, why };
  return () => said;
}

/** What `byAmount()` is told; the bounds are in the unit of what `amountOf` returns, minor units of money for one. */
export interface AmountBounds<I> {
  /** What is at stake. It has to follow from the command alone: a model wrote that, so it must be what will be done. */
  readonly amountOf: (input: I) => number;
  /** Up to here, itself included, it is automatic. */
  readonly autoUpTo: number;
  /** Up to here, itself included, somebody is asked; beyond it is forbidden. */
  readonly approveUpTo: number;
}

/** The more is at stake, the stricter. An amount that is none (negative, not a number, endless) is forbidden. */
export function byAmount<I>({ amountOf, autoUpTo, approveUpTo }: AmountBounds<I>): WritePolicy<I> {
  if (!(autoUpTo >= 0 && autoUpTo <= approveUpTo && Number.isFinite(approveUpTo)))
    throw new RangeError(`byAmount: 0 <= autoUpTo <= approveUpTo is needed, got ${autoUpTo} and ${approveUpTo}`);
  return ({ input }) => {
    const amount = amountOf(input);
    if (!(Number.isFinite(amount) && amount >= 0)) return { verdict: 'forbid', why: `${amount} is no amount` };
    if (amount <= autoUpTo) return { verdict: 'auto', why: `${amount} is at most ${autoUpTo}` };
    if (amount <= approveUpTo) return { verdict: 'approve', why: `${amount} is more than ${autoUpTo}` };
    return { verdict: 'forbid', why: `${amount} is more than ${approveUpTo}` };
  };
}

/**
 * A policy for each role, and `otherwise` for whoever has none of them. Who has several is judged by the strictest of
 * theirs: another role must not loosen what one of them says.
 */
export function byRole<I = unknown>(
  policies: Readonly<Record<string, WritePolicy<I>>> & { readonly otherwise: WritePolicy<I> },
): WritePolicy<I> {
  const { otherwise, ...byName } = policies;
  const named = new Map(Object.entries(byName));
  return (asked) => {
    const theirs = asked.principal.roles.flatMap((role) => named.get(role) ?? []);
    return theirs.length === 0 ? otherwise(asked) : strictestOf(theirs, asked);
  };
}

/** As strict as the strictest of them. */
export const strictest =
  <I = unknown>(first: WritePolicy<I>, ...others: readonly WritePolicy<I>[]): WritePolicy<I> =>
  (asked) =>
    strictestOf([first, ...others], asked);

const STRICTNESS: Readonly<Record<Verdict, number>> = { auto: 0, approve: 1, forbid: 2 };

/** All are asked: one that throws refuses, wherever it stands. */
const strictestOf = <I>(policies: readonly WritePolicy<I>[], asked: PolicyCase<I>): PolicyVerdict =>
  policies
    .map((policy) => policy(asked))
    .reduce((strict, said) => (STRICTNESS[said.verdict] > STRICTNESS[strict.verdict] ? said : strict));
