import { Failure, parseName } from '@isolith/contracts';
import { begunRow, newSaga } from '../instance/new-saga.js';
import { nextTransition } from '../instance/next-transition.js';
import { isMoving, type SagaRow, type SagaStatusName, type Transition, type Trouble } from '../instance/progress.js';
import type { Saga, SagaCause } from '../definition/saga.js';
import { DEFAULT_ATTEMPTS } from '../instance/transitions.js';
import { sagaViolations } from '../definition/verify-sagas.js';
import { ScriptedTime } from './scripted-time.js';
import { ScriptedAnswers, type CommandType, type SentCommand } from './scripted-answers.js';

/** How a saga went. */
export interface SagaRun<S> {
  /**
   * `running` where it waits for a time or an event; `running` or `compensating` where what is due meets an outage that
   * the script leaves open: a host would go on to wait.
   */
  readonly status: SagaStatusName;
  readonly state: S;
  /** Why it turned back. */
  readonly cause: SagaCause | null;
  /** Why the last attempt of what is due came to nothing. */
  readonly trouble: Trouble | null;
  /** Every command in the order in which it was sent, each attempt. */
  readonly sent: readonly SentCommand[];
  /** Those that undid something, in order. */
  readonly compensations: readonly SentCommand[];
  /** As its timeline has it. */
  readonly timeline: readonly string[];
  /** What the saga's own code threw; of a host the log has it. */
  readonly errors: readonly unknown[];
  /** What it rests for; null while it does not wait. */
  readonly waitsFor: { readonly step: string; readonly event: string | null; readonly key: string | null } | null;
  /** Time passes, by the clock that timers and deadlines go by: resolves with how the saga went on. */
  timePasses(ms: number): Promise<SagaRun<S>>;
  /**
   * An event comes, whether the saga waits for it by now or not. Resolves with how the saga went on.
   * @throws {TypeError | ContractViolationError} for what its context could not have recorded
   */
  arrives(event: object): Promise<SagaRun<S>>;
}

/** A script: how each command is answered. */
export interface SagaUnderTest<S> {
  /**
   * How a command is answered: with values, with failures that it lists, or with what else an attempt may end in, such
   * as `new OutcomeUnknownError('')` for no answer; one after the other, the last of them from then on. One without an
   * output that nothing is said about is done.
   */
  answering<R>(command: CommandType<R>, ...answers: readonly (NoInfer<R> | Error)[]): SagaUnderTest<S>;
  /**
   * Begins it with this state and goes on as a host does, without its waits.
   * @throws {AssertionError} for a command that is sent and not in the script
   * @throws {Error} that names what is wrong with how the saga is declared
   */
  run(state: S, options?: RunOptions): Promise<SagaRun<S>>;
}

interface RunOptions {
  /** What the ids of its commands derive from, beside its name and its steps. */
  readonly id?: string;
  /** Who began it. */
  readonly user?: string;
  /** The deadline of the saga has passed when this step is due. */
  readonly lateBefore?: string;
  /** Events that came before it began. */
  readonly arrived?: readonly object[];
  /** When it begins, for steps that wait until a moment; default: now. */
  readonly now?: Date;
}

type Script = ReadonlyMap<CommandType<unknown>, readonly unknown[]>;

/**
 * Runs a saga's definition by the engine's own transitions, without a database and a bus. What `answering` returns is a
 * script of its own:
 * tests can share the beginning of one.
 */
export const sagaUnderTest = <S>(definition: Saga<S>): SagaUnderTest<S> => scripted(definition, new Map());

const scripted = <S>(definition: Saga<S>, script: Script): SagaUnderTest<S> => ({
  answering: (command, ...answers) => scripted(definition, new Map([...script, [command, answers]])),
  run: async (state, { id = 'under-test', user, lateBefore, arrived = [], now = new Date() } = {}) => {
    const { context } = parseName(definition.plan.name);
    const problems = sagaViolations(context, [definition.plan]);
    if (problems.length > 0) throw new Error(problems.join('; '));
    const principal = { service: context, roles: [], ...(user === undefined ? {} : { user }) };
    const begun = newSaga(definition, id, state, { context, principal, correlationId: id });
    const answers = new ScriptedAnswers();
    for (const [command, said] of script) answers.say(command, said);
    const row = begunRow(begun, true);
    const time = new ScriptedTime(now);
    for (const event of arrived) time.arrives(event, row);
    return moved(definition, {
      context,
      row,
      answers,
      time,
      lateBefore,
      unsent: true,
      timeline: ['begun'],
      errors: [],
    });
  },
});

/** A saga from its begin on, from rest to rest. */
interface UnderWay {
  readonly context: string;
  readonly answers: ScriptedAnswers;
  readonly time: ScriptedTime;
  readonly lateBefore: string | undefined;
  readonly timeline: string[];
  readonly errors: unknown[];
  row: SagaRow;
  unsent: boolean;
}

async function moved<S>(definition: Saga<S>, saga: UnderWay): Promise<SagaRun<S>> {
  const { plan } = definition;
  const { context, answers, time, lateBefore, timeline, errors } = saga;
  const parts = {
    context,
    execute: answers.execute,
    log: { warn: (entry: object) => void errors.push('err' in entry ? entry.err : entry) },
    rules: { ...DEFAULT_ATTEMPTS, random: () => 0.5, now: () => time.now },
  };
  const mostAttempts = Math.max(...plan.steps.map(({ retry }) => retry.attempts));
  time.dueMs = undefined;
  while (isMoving(saga.row) && time.dueMs === undefined) {
    const row = time.read(saga.row, plan.deadlineMs);
    const late = row.remaining_ms !== null && row.step === lateBefore;
    answers.latest.length = 0;
    const decided = await nextTransition(parts, plan, late ? { ...row, remaining_ms: 0 } : row, saga.unsent);
    if (answers.mistake !== undefined) throw answers.mistake;
    const transition = time.save(row, decided, plan.deadlineMs);
    const { next, entry, deadlineOver } = transition;
    if (entry !== undefined) timeline.push(entry);
    const isOpen = staysOpen(row, transition, answers, mostAttempts);
    saga.unsent = next.step !== row.step;
    saga.row = { ...row, ...next, ...(deadlineOver === true ? { remaining_ms: null } : {}) };
    if (isOpen) break;
  }
  return snapshot(definition, saga);
}

function snapshot<S>(definition: Saga<S>, saga: UnderWay): SagaRun<S> {
  const { answers, time, timeline, errors } = saga;
  const { status, state, cause, trouble, step, wait } = saga.row;
  const { sent } = answers;
  const compensations = sent.filter(({ revokes }) => revokes !== undefined);
  // The saga's own schema has made it.
  return {
    status,
    state: state as S,
    cause,
    trouble,
    sent: [...sent],
    compensations,
    timeline: [...timeline],
    errors: [...errors],
    waitsFor: wait === null || step === null ? null : { step, event: wait.event, key: wait.key },
    timePasses: (ms) => passed(definition, saga, ms),
    arrives: async (event) => {
      time.arrives(event, saga.row);
      return passed(definition, saga, 0);
    },
  };
}

/** From one moment at which the saga is due to the next, up to `ms` from now. */
async function passed<S>(definition: Saga<S>, saga: UnderWay, ms: number): Promise<SagaRun<S>> {
  const { time } = saga;
  const until = time.elapsedMs + ms;
  while (time.dueMs !== undefined && time.dueMs <= until) {
    time.elapsedMs = time.dueMs;
    await moved(definition, saga);
  }
  time.elapsedMs = until;
  return snapshot(definition, saga);
}

/** An outage that the script does not end would be waited out for ever. */
function staysOpen(
  row: SagaRow,
  { next, pauseMs }: Transition,
  { latest }: ScriptedAnswers,
  mostAttempts: number,
): boolean {
  const isOutage = pauseMs > 0 && next.defects === row.defects;
  // Side by side there are several; those that were done are not asked again.
  const open = latest.filter(({ answer }) => answer instanceof Error);
  // A failure that may pass is an answer, of which a step before the pivot takes a few.
  const isEnough = (answer: unknown): boolean => !(answer instanceof Failure) || next.attempts >= mostAttempts;
  return isOutage && open.length > 0 && open.every(({ again, answer }) => again && isEnough(answer));
}
