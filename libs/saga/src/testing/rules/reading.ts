import type { PlannedStep, SagaCause } from '../../definition/saga.js';
import type { SagaRow, SagaStatusName } from '../../instance/progress.js';
import { samePurpose, sideBySide, spelledPurpose, type Purpose } from '../trial/purpose.js';
import type { History } from '../trial/run-history.js';
import type { Answer, Happening } from '../trial/trace.js';

/** A happening with its place in the trace. */
type Placed = Happening & { readonly index: number };
/** One kind of it. */
export type Of<W extends Happening['what']> = OfKind<Placed, W>;

/** `Extract` leaves out those that have several names in common. */
type OfKind<H, W> = H extends { readonly what: infer K } ? (W extends K ? H & { readonly what: W } : never) : never;

/** What a person did, and about what. */
export interface Operated {
  readonly index: number;
  readonly act: Of<'operated'>['act'];
  readonly purpose: Purpose;
}

/** A history as the rules look at it. What a host does after another went on with its saga is left out. */
export class Reading {
  readonly sent: readonly Of<'sent'>[];
  readonly answered: readonly Of<'answered'>[];
  readonly saved: readonly Of<'saved'>[];
  readonly effects: readonly Of<'effect'>[];
  readonly operated: readonly Operated[];
  /** The save, or the act of a person, with which the saga turned back, and why. */
  readonly turn: { readonly index: number; readonly cause: SagaCause } | undefined;

  readonly #live: readonly Placed[];
  readonly #times: readonly Of<'time'>[];

  constructor(readonly history: History) {
    const stoodStill = new Set<number>();
    this.#live = history.trace.flatMap((happening, index) => {
      if ('host' in happening && stoodStill.has(happening.host)) return [];
      if (happening.what === 'stood still') stoodStill.add(happening.host);
      return [{ ...happening, index }];
    });
    this.#times = this.all('time');
    this.sent = this.all('sent');
    this.answered = this.all('answered');
    this.saved = this.all('saved');
    this.effects = this.all('effect');
    const acts = this.all('operated');
    const rows = [...this.saved, ...acts].toSorted((one, other) => one.index - other.index);
    this.operated = acts.flatMap(({ index, act }) => {
      const before = rows.findLast((one) => one.index < index)?.row;
      return before === undefined ? [] : [{ index, act, purpose: this.#dueOf(before) }];
    });
    this.turn = rows.flatMap(({ index, row: { cause } }) => (cause === null ? [] : [{ index, cause }]))[0];
  }

  /** Of a group the first of its steps. */
  #dueOf({ cause, step: due, done }: SagaRow): Purpose {
    if (cause === null) {
      const step = this.steps.find(({ name, group }) => name === due || group === due);
      return { kind: 'step', step: step?.name ?? due ?? '' };
    }
    const last = done.at(-1);
    return last === undefined ? { kind: 'failed' } : { kind: 'compensation', step: last };
  }

  get steps(): readonly PlannedStep[] {
    return this.history.plan.steps;
  }

  get status(): SagaStatusName | undefined {
    return this.history.end?.status;
  }

  step(name: string | undefined): PlannedStep | undefined {
    return this.steps.find((step) => step.name === name);
  }

  /** All of one kind, in order, with their place in the trace. */
  all<W extends Happening['what']>(what: W): readonly Of<W>[] {
    return this.#live.filter((one): one is Of<W> => one.what === what);
  }

  /** Milliseconds since the begin, there. */
  timeAt(index: number): number {
    return this.#times.findLast((passed) => passed.index < index)?.ms ?? 0;
  }

  answersTo(purpose: Purpose, before = Infinity): readonly Answer[] {
    return this.answered
      .filter(({ index, sent }) => index < before && samePurpose(sent.purpose, purpose))
      .map(({ answer }) => answer);
  }

  isSent(purpose: Purpose, before = Infinity): boolean {
    return this.sent.some((sent) => sent.index < before && samePurpose(sent.purpose, purpose));
  }

  /** Answered as done, or skipped by a person. */
  isDone(purpose: Purpose, before = Infinity): boolean {
    return this.answersTo(purpose, before).some(({ kind }) => kind === 'done') || this.isSkipped(purpose, before);
  }

  /** With one step of a group all that are left of it are skipped. */
  isSkipped(purpose: Purpose, before = Infinity): boolean {
    return this.operated.some(
      ({ index, act, purpose: about }) => index < before && act === 'skip' && this.areDueTogether(about, purpose),
    );
  }

  areDueTogether(one: Purpose, other: Purpose): boolean {
    return this.dueWith(one).some((each) => samePurpose(each, other));
  }

  /** Itself, and the steps of its group. */
  dueWith(purpose: Purpose): readonly Purpose[] {
    return sideBySide(this.history.plan, purpose);
  }

  /** Where a step stands in the order of the saga: those of a group have one place. */
  placeOf(name: string | undefined): number {
    const step = this.step(name);
    return this.steps.findIndex((one) => one === step || (one.group !== undefined && one.group === step?.group));
  }

  /** Of a step with a `when`: that was said no to by the state with which the saga went beyond it. */
  isPassedOver({ name, when }: PlannedStep): boolean {
    if (when === undefined) return false;
    const place = this.placeOf(name);
    const beyond = [...this.saved, ...this.all('operated')]
      .sort((one, other) => one.index - other.index)
      .find(
        ({ row }) => row.status === 'completed' || (row.status === 'running' && this.placeOf(row.step ?? '') > place),
      );
    return beyond !== undefined && !when(beyond.row.state);
  }

  /** What the host has learned that it saves at `index`. */
  answersFor(index: number, host: number): readonly Of<'answered'>[] {
    const since = this.history.trace.findLastIndex(
      (one, at) => at < index && (one.what === 'saved' || one.what === 'taken') && one.host === host,
    );
    return this.answered.filter((one) => one.host === host && one.index > since && one.index < index);
  }

  /** Where it was first sent; in order. */
  get purposes(): readonly Purpose[] {
    return this.sent
      .map(({ purpose }) => purpose)
      .filter((purpose, at, all) => all.findIndex((one) => samePurpose(one, purpose)) === at);
  }
}

export const listed = (purposes: readonly Purpose[]): string => `[${purposes.map(spelledPurpose).join(', ')}]`;
