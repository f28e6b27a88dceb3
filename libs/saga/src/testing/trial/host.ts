import type { SagaRow, Transition } from '../../instance/progress.js';
import type { Saga } from '../../definition/saga.js';
import type { SagaLog } from '../../instance/saga-log.js';
import type { Execute } from '../../definition/step.js';
import type { Act } from '../../operations/operated.js';
import type { HeardSave, SavedSaga } from './saved-saga.js';

/** After how many attempts a saga waits for a person; far fewer than a real host takes, so that a history is short. */
export interface AttemptBounds {
  readonly compensationAttempts: number;
  readonly outageAttempts: number;
}

/** What a host under trial works with. All of it is of one life: after a crash nothing of it is ever answered. */
export interface TrialParts {
  readonly context: string;
  /** The definition, watched. */
  readonly saga: Saga<unknown>;
  readonly execute: Execute;
  readonly log: SagaLog;
  readonly attempts: AttemptBounds;
  /** Yields milliseconds since 1970, by the history's clock: a host under trial decides by no other. */
  readonly now: () => number;
  /**
   * What all hosts of the history share, for one that needs no table of its own. Its clock and its events are the
   * history's: a saga with steps that wait can be tried on this one only.
   */
  readonly saved: Pick<SavedSaga, 'insert' | 'claim' | 'save' | 'saveUnlessHeard' | 'operate'>;
  /** Every insert goes through this; `commit` writes and yields the row, nothing when the saga is there already. */
  readonly beginning: (commit: () => Promise<SagaRow | undefined>) => Promise<SagaRow | undefined>;
  /** Every save goes through this; `commit` writes and yields the row as saved, nothing when another has the saga. */
  readonly saving: (transition: Transition, commit: () => Promise<SagaRow | undefined>) => Promise<SagaRow | undefined>;
  /** The same for a save that holds only unless an event is there; `commit` also yields the transition that it made. */
  readonly savingUnlessHeard: (
    transition: Transition,
    commit: () => Promise<HeardSave | undefined>,
  ) => Promise<HeardSave | undefined>;
  /** Is told when the host takes the saga up from where it is saved. */
  readonly taking: () => void;
  /** Aborts when this life ends by a crash: what it then still does must not be seen. */
  readonly crashed: AbortSignal;
}

/** One life of a host under trial. */
export interface TrialHost {
  /** Resolves when the saga is committed; the host goes on with it in `move`. A second begin changes nothing. */
  begin(id: string, state: unknown): Promise<void>;
  /**
   * Goes on with the saga until it rests: ended, waiting for a person, for its next attempt, for a time or an event. It
   * may be called before what it waits for has come: then nothing comes of it.
   */
  move(): Promise<void>;
  /**
   * A person steps in, also where it is not the time for that, or while another call of this host goes on with the
   * saga. Resolves with the row as that leaves it.
   * @throws {SagaNotWaiting | SagaNotSkippable | SagaNotCompensable} where it is refused
   */
  operate(act: Act): Promise<SagaRow>;
  close?(): Promise<void>;
}

/** Opens a host for each life. */
export type OpenTrialHost = (parts: TrialParts) => TrialHost;
