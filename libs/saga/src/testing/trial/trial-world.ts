import type { RequestContract } from '@isolith/contracts';
import type { SagaRow } from '../../instance/progress.js';
import type { Saga, SagaPlan } from '../../definition/saga.js';
import { answerOf } from './answer-of.js';
import { Deliveries } from './deliveries.js';
import type { Act } from '../../operations/operated.js';
import type { Fault, PlacedFault } from './fault.js';
import { ANY_ACT, deliveryFaults, SAVE_FAULTS } from './faults-at.js';
import type { AttemptBounds } from './host.js';
import { observedPlan } from './observed-plan.js';
import { sideBySide, spelledPurpose, type Purpose } from './purpose.js';
import { SimulatedReceivers, type Receivers } from './receivers.js';
import { Resting, type TakenUp } from './resting.js';
import { SavedSaga } from './saved-saga.js';
import type { Happening, Sent } from './trace.js';
import { TrialClock } from './trial-clock.js';
import type { TrialEvents } from './trial-event.js';

/** Where something can go wrong, and what; in the order of the history. */
export interface Point {
  readonly at: string;
  readonly faults: readonly Fault[];
}

/** A saga and what surrounds it, for any number of histories. */
export interface TrialSubject {
  readonly context: string;
  readonly saga: Saga<unknown>;
  readonly begin: unknown;
  readonly receivers: (receivers: Receivers) => void;
  readonly attempts: AttemptBounds;
  /** When it begins. */
  readonly now: Date;
  readonly events: TrialEvents;
}

/** A history of more commands and saves than this has no end: nothing that ends needs half of it. */
const mostPoints = ({ steps }: SagaPlan): number =>
  60 +
  10 * steps.reduce((sum, { wait }) => sum + 1 + (wait?.event?.remind?.times ?? 0), 0) +
  4 * Math.max(...steps.map(({ retry }) => retry.attempts));

/** Around the hosts of one history: the contexts that the saga asks, what is saved, and what goes wrong. */
export class TrialWorld {
  /** A person steps in. */
  person: (act: Act) => Promise<void> = async () => undefined;
  readonly trace: Happening[] = [];
  readonly points: Point[] = [];
  readonly saved: SavedSaga;
  readonly context: string;
  readonly attempts: AttemptBounds;
  readonly receivers: SimulatedReceivers;
  readonly deliveries: Deliveries;
  readonly #purposes = new WeakMap<object, Purpose>();
  readonly #asked = new Map<string, number>();
  readonly #resting: Resting;
  readonly #clock: TrialClock;
  /** What is broken for good, by purpose. */
  readonly #always = new Map<string, Extract<Fault, { kind: 'always' }>>();
  readonly #mostPoints: number;
  #saves = 0;
  #pauses = 0;
  #deadlinePassed = false;

  constructor(
    private readonly subject: TrialSubject,
    private readonly faults: readonly PlacedFault[],
  ) {
    this.context = subject.context;
    const clock = new TrialClock(subject.now);
    this.#clock = clock;
    this.saved = new SavedSaga(clock);
    this.#resting = new Resting({
      clock,
      saved: this.saved,
      trace: this.trace,
      events: subject.events,
      isCalm: faults.length === 0,
      point: (at, possible) => {
        this.#point(at, possible);
        return this.#faultAt(at);
      },
      passDeadline: (at) => this.passDeadline(at),
      late: () => this.#isLate(),
    });
    this.#mostPoints = mostPoints(subject.saga.plan);
    this.attempts = subject.attempts;
    this.receivers = new SimulatedReceivers(({ id, command }) =>
      this.trace.push({ what: 'effect', purpose: this.purposeOf(command), id }),
    );
    this.deliveries = new Deliveries(this.receivers);
    subject.receivers(this.receivers);
  }

  /** The history's clock, in milliseconds since 1970. */
  get now(): number {
    return this.#clock.now;
  }

  get isRunaway(): boolean {
    return this.points.length > this.#mostPoints;
  }

  /** As it was saved last; undefined before it is begun. */
  get row(): SagaRow | undefined {
    return this.trace.findLast((one) => one.what === 'saved' || one.what === 'operated')?.row;
  }

  observedBy(host: number, nthReminder: () => number): Saga<unknown> {
    const { plan, copyState } = this.subject.saga;
    const made = (command: object, purpose: Purpose): void => void this.#purposes.set(command, purpose);
    return {
      copyState,
      plan: observedPlan(plan, {
        made,
        extended: (purpose, state) => this.trace.push({ what: 'extended', host, purpose, state: jsonOf(state) }),
        nthReminder,
        told: (cause) => this.trace.push({ what: 'told', host, cause }),
      }),
    };
  }

  purposeOf(command: object): Purpose {
    const purpose = this.#purposes.get(command);
    if (purpose === undefined) throw new Error(`${command.constructor.name} was sent, and no step of the saga made it`);
    return purpose;
  }

  /** The next attempt to send this, and what befalls it. */
  atSend(purpose: Purpose, contract: RequestContract): { readonly at: string; readonly fault: Fault | undefined } {
    const spelled = spelledPurpose(purpose);
    const asked = (this.#asked.get(spelled) ?? 0) + 1;
    this.#asked.set(spelled, asked);
    const at = `send ${spelled} #${asked}`;
    const step = this.subject.saga.plan.steps.find(({ name }) => name === purpose.step);
    this.#point(at, deliveryFaults(purpose, step, contract));
    const fault = this.#faultAt(at);
    if (fault?.kind === 'always') this.#always.set(spelled, fault);
    return { at, fault: fault ?? this.#always.get(spelled) };
  }

  /** The next save, the first of which is the begin. `waitsFor`: a step whose event nobody has waited for before it. */
  atSave(waitsFor: string | null): { readonly at: string; readonly fault: Fault | undefined } {
    const at = `save #${(this.#saves += 1)}`;
    const { events } = this.subject;
    const early = this.#saves === 1 ? [...events.keys()] : [...events.keys()].filter((step) => step === waitsFor);
    this.#point(at, [...SAVE_FAULTS, ...early.map((step): Fault => ({ kind: 'event first', step }))]);
    const fault = this.#faultAt(at);
    if (fault?.kind === 'event first') this.#resting.comeFirst(fault.step);
    this.#resting.beforeSave();
    return { at, fault };
  }

  /** The saga is to go on: says who takes it up, after the time or the event for which it may have rested. */
  atRest(): TakenUp {
    const last = this.trace.at(-1);
    if (this.row === undefined) return 'once';
    if (this.row.wait !== null) return this.#resting.over(this.row);
    const act = last?.what === 'saved' && last.pauseMs > 0 ? this.#actAt(`pause #${(this.#pauses += 1)}`) : undefined;
    return act === undefined ? 'once' : { act };
  }

  /** It has ended: what a person does all the same, once. */
  atEnd(): Act | undefined {
    return this.points.some(({ at }) => at === END) ? undefined : this.#actAt(END);
  }

  #actAt(at: string): Act | undefined {
    this.points.push({ at, faults: ANY_ACT });
    const fault = this.#faultAt(at);
    return fault?.kind === 'person' ? fault.act : undefined;
  }

  /** It was saved so. */
  isSaved(row: SagaRow): void {
    this.#resting.afterSave(row);
  }

  #point(at: string, faults: readonly Fault[]): void {
    const mayBeLate = this.subject.saga.plan.deadlineMs !== undefined && !this.#deadlinePassed;
    this.points.push({ at, faults: mayBeLate ? [...faults, { kind: 'deadline' }] : faults });
  }

  #faultAt(at: string): Fault | undefined {
    return this.faults.find((placed) => placed.at === at && placed.fault.kind !== 'deadline')?.fault;
  }

  passDeadline(at: string): void {
    if (this.#deadlinePassed || !this.faults.some((placed) => placed.at === at && placed.fault.kind === 'deadline'))
      return;
    this.saved.expire();
    this.#isLate();
  }

  #isLate(): void {
    if (this.#deadlinePassed) return;
    this.#deadlinePassed = true;
    this.trace.push({ what: 'deadline' });
  }

  answered(host: number, sent: Sent, end: { readonly value: unknown } | { readonly error: unknown }): void {
    const answer = 'error' in end ? answerOf(end.error) : ({ kind: 'done' } as const);
    this.trace.push({ what: 'answered', host, sent, answer });
  }

  /**
   * What a person does about what is broken for good, which is mended with that. One that skipped a step takes over
   * what then can't go on without its answer, and one that is refused tries again what was broken. Undefined: no person
   * comes.
   */
  mended(): Act | undefined {
    const last = this.trace.findLast((happening) => happening.what === 'sent');
    if (last === undefined) return undefined;
    const due = sideBySide(this.subject.saga.plan, last.purpose).map(spelledPurpose);
    const [broken] = due.flatMap((spelled) => this.#always.get(spelled) ?? []);
    for (const spelled of due) this.#always.delete(spelled);
    const skipped = this.trace.some((happening) => happening.what === 'operated' && happening.act === 'skip');
    const isRefused = this.trace.at(-1)?.what === 'act refused';
    return broken?.act ?? (isRefused ? 'retry' : skipped ? 'take over' : undefined);
  }
}

const END = 'end';

/** As a table keeps it; nobody changes it afterwards. */
const jsonOf = (state: unknown): unknown => JSON.parse(JSON.stringify(state));
