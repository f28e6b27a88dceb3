import { AssertionError } from 'node:assert';
import type { SagaRow } from '../../instance/progress.js';
import type { Act } from '../../operations/operated.js';
import type { Fault } from './fault.js';
import { restFaults } from './faults-at.js';
import type { SavedSaga } from './saved-saga.js';
import type { Happening } from './trace.js';
import type { TrialClock } from './trial-clock.js';
import type { TrialEvents } from './trial-event.js';

/** By whom a saga is taken up that rested. */
export type TakenUp = 'once' | 'twice' | 'by another' | { readonly act: Act };

/** What the time and the events of one history work with. */
interface RestingParts {
  readonly clock: TrialClock;
  readonly saved: SavedSaga;
  readonly trace: Happening[];
  readonly events: TrialEvents;
  /** Nothing goes wrong in this history. */
  readonly isCalm: boolean;
  /** Something can go wrong here; yields what does. */
  readonly point: (at: string, faults: readonly Fault[]) => Fault | undefined;
  /** The deadline passes here, if it is to. */
  readonly passDeadline: (at: string) => void;
  /** The deadline has passed by the clock. */
  readonly late: () => void;
}

/** So late is a host that takes a saga up too late. */
const LATE_MS = 60_000;

/**
 * Time and events of one history: both come where the saga rests in a step that waits. An event comes at the first rest
 * of its step, unless a fault says otherwise.
 */
export class Resting {
  readonly #rests = new Map<string, number>();
  /** The first rest of a step at which its event comes. */
  readonly #comesAt = new Map<string, number>();
  /** Steps whose event comes just before the next save, right after it was taken, and right after its time. */
  readonly #beforeSave = new Set<string>();
  readonly #again = new Set<string>();
  readonly #afterwards = new Set<string>();
  readonly #come = new Set<string>();

  constructor(private readonly parts: RestingParts) {}

  /** The saga is to go on: where it rests until a time, that comes, or its event, or what goes wrong with them. */
  over({ step, wait }: SagaRow): TakenUp {
    const { saved } = this.parts;
    const { rest } = saved;
    if (rest === undefined || step === null || wait === null) return 'once';
    const { dueMs, waitsUntilMs } = rest;
    const nth = (this.#rests.get(step) ?? 0) + 1;
    this.#rests.set(step, nth);
    const at = `rest ${step} #${nth}`;
    const awaits = this.parts.events.has(step) && !this.#come.has(step);
    const fault = this.parts.point(at, restFaults(dueMs < waitsUntilMs, awaits));
    this.parts.passDeadline(at);
    switch (fault?.kind) {
      case 'person':
        return { act: fault.act };
      case 'fires early':
        return 'once';
      case 'fires late':
        this.#comesAt.set(step, nth + 2);
        // Halfway where it is to remind, so that it has missed some of that.
        this.#pass(dueMs < waitsUntilMs ? (dueMs + waitsUntilMs) / 2 : dueMs + LATE_MS);
        return 'once';
      case 'fires when all is over':
        this.#comes(step, nth, wait.key);
        this.#pass(waitsUntilMs + LATE_MS);
        return 'once';
      case 'no event yet':
        this.#comesAt.set(step, nth + 1);
        break;
      case 'no event in time':
        this.#comesAt.set(step, Infinity);
        this.#afterwards.add(step);
        break;
      case 'no event':
        this.#comesAt.set(step, Infinity);
        break;
      case 'event with the end':
        this.#beforeSave.add(step);
        this.#pass(waitsUntilMs);
        return 'once';
      case 'event of another key':
        this.#arrive(step, `not ${wait.key}`);
        return 'once';
      case 'event twice':
        this.#again.add(step);
    }
    this.#comes(step, nth, wait.key);
    this.#pass(saved.rest?.dueMs ?? 0);
    return fault?.kind === 'fires twice' ? 'twice' : fault?.kind === 'its host dies' ? 'by another' : 'once';
  }

  /** The event of this step comes before anybody waits for it. */
  comeFirst(step: string): void {
    this.#arrive(step);
  }

  /** What comes just before a save does. */
  beforeSave(): void {
    for (const step of this.#beforeSave) this.#arrive(step);
    this.#beforeSave.clear();
  }

  /** What comes right after a save does. */
  afterSave({ step: due, heard }: SagaRow): void {
    for (const step of this.#again)
      if (heard.includes(this.parts.events.get(step)?.id ?? '')) {
        this.#again.delete(step);
        this.#arrive(step);
      }
    for (const step of this.#afterwards)
      if (due !== step) {
        this.#afterwards.delete(step);
        this.#arrive(step);
      }
  }

  #comes(step: string, nth: number, wanted: string | null): void {
    const event = this.parts.events.get(step);
    if (event === undefined || this.#come.has(step) || nth < (this.#comesAt.get(step) ?? 0)) return;
    // Where a reply is missing the key may be another one.
    if (this.parts.isCalm && event.key !== wanted)
      throw new AssertionError({
        message: `step ${step} waits for ${event.contract} of ${wanted}, and the event that is given is of ${event.key}`,
      });
    this.#arrive(step);
  }

  #arrive(step: string, otherKey?: string): void {
    const event = this.parts.events.get(step);
    if (event === undefined) return;
    const { contract, id, key } = event;
    const arriving = otherKey === undefined ? event : { ...event, id: `${id}, another`, key: otherKey };
    if (otherKey === undefined) this.#come.add(step);
    this.parts.trace.push({ what: 'event', contract, id: arriving.id, key: otherKey ?? key });
    this.parts.saved.arrive(arriving);
  }

  /** Time passes, up to then. */
  #pass(ms: number): void {
    const { clock, trace, saved } = this.parts;
    if (ms <= clock.ms) return;
    clock.ms = ms;
    trace.push({ what: 'time', ms });
    if (saved.isLate) this.parts.late();
  }
}
