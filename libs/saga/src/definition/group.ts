import type { Step } from './step.js';

/** Steps of a saga that run side by side. */
export interface StepGroup<S> {
  /** Lower-case-with-dashes, unique among the steps and groups of its saga. It is what is due while they run. */
  readonly name: string;
  readonly steps: readonly Step<S>[];
  readonly sideBySide: true;
}

/**
 * Runs steps side by side: the saga goes on when all of them are done. They are compensable ones, or retriable ones
 * behind the pivot. When one fails, those that were done or may have been are compensated, one after the other, the
 * last first.
 *
 * Each `invoke` reads the state as it is when the group begins, or is asked again. What the replies add is added one
 * after the other, in the order of the list for those that answered together: of two that write one field the later
 * wins, which nothing can check. So let each write fields of its own.
 */
export const all = <S>(name: string, steps: readonly Step<S>[]): StepGroup<S> => ({ name, steps, sideBySide: true });

export const isGroup = <S>(declared: Step<S> | StepGroup<S>): declared is StepGroup<S> => 'sideBySide' in declared;

/** What a saga's row names while the step is due. */
export const dueName = ({ name, group }: { readonly name: string; readonly group: string | undefined }): string =>
  group ?? name;
