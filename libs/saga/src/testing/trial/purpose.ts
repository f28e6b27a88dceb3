import type { SagaPlan } from '../../definition/saga.js';

/** What a command of a saga is for; `step` is the one that it does or undoes. */
export type Purpose =
  | { readonly kind: 'step' | 'compensation'; readonly step: string; readonly nth?: never }
  /** Reminds of what a step waits for, counted from 1. */
  | { readonly kind: 'reminder'; readonly step: string; readonly nth: number }
  /** Tells that the saga failed. */
  | { readonly kind: 'failed'; readonly step?: never; readonly nth?: never };

/** As faults and traces name it; no step is called so, because a step's name has no blank. */
export function spelledPurpose({ kind, step, nth }: Purpose): string {
  switch (kind) {
    case 'step':
      return step;
    case 'compensation':
      return `undo ${step}`;
    case 'reminder':
      return `reminder ${nth} of ${step}`;
    case 'failed':
      return 'tell failed';
  }
}

export const samePurpose = (one: Purpose, other: Purpose): boolean =>
  one.kind === other.kind && one.step === other.step && one.nth === other.nth;

/** What is due together with this: the steps of its group, or it alone. */
export function sideBySide({ steps }: Pick<SagaPlan, 'steps'>, purpose: Purpose): readonly Purpose[] {
  const { group } = steps.find(({ name }) => name === purpose.step) ?? {};
  if (purpose.kind !== 'step' || group === undefined) return [purpose];
  return steps.flatMap((step): readonly Purpose[] => (step.group === group ? [{ kind: 'step', step: step.name }] : []));
}
