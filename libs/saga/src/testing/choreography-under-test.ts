import { deepStrictEqual, fail } from 'node:assert/strict';
import { parseName, tellable } from '@isolith/contracts';
import { FinalRefusalError } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import type { Choreography } from '../choreography/choreography.js';
import { react } from '../choreography/react.js';
import { choreographyViolations } from '../choreography/verify-choreographies.js';
import { outcomeOfError } from '../instance/outcome.js';
import type { Trouble } from '../instance/progress.js';
import { RefusalsInMemory } from './refusals-in-memory.js';
import { ScriptedAnswers, type CommandType, type SentCommand } from './scripted-answers.js';

/** What became of an event. */
export interface ChoreographyRun {
  /** `waits`: for an outage that the script leaves open; a host would go on to wait. */
  readonly end: 'handled' | 'parked' | 'waits';
  /** Why it is parked, or waits. */
  readonly trouble: Trouble | null;
  /** Every command in the order in which it was sent, each attempt. */
  readonly sent: readonly SentCommand[];
}

/** An event has happened. */
export interface WhenHappened {
  /** Tries it as a host does, without its waits. */
  run(): Promise<ChoreographyRun>;
  /**
   * It is dealt with by these commands and no others, in this order; what is asked again counts once. @throws
   * {AssertionError}
   */
  thenSent(...commands: readonly Command<unknown>[]): Promise<void>;
  /**
   * It is parked for this reason: a failure's name or an error's code. Resolves with what was sent. @throws
   * {AssertionError}
   */
  thenParked(type: string): Promise<readonly SentCommand[]>;
}

/** A script: how each command is answered. */
export interface ChoreographyUnderTest {
  /**
   * As of a saga under test: with values, failures that it lists, or errors, one after the other, the last of them from
   * then on.
   */
  answering<R>(command: CommandType<R>, ...answers: readonly (NoInfer<R> | Error)[]): ChoreographyUnderTest;
  /**
   * The event that happens; its id is `under-test` unless it matters.
   * @throws {Error} that names what is wrong with how the choreography is declared
   */
  when(event: object, eventId?: string): WhenHappened;
}

type Script = ReadonlyMap<CommandType<unknown>, readonly unknown[]>;

/**
 * Gives a choreography events, by the code that runs it in a host, without a database and a bus:
 * `choreographyUnderTest(stockAlerts).when(new StockLow(…)).thenSent(new AlertAdmins(…))`. Each of its scripts begins
 * with nothing.
 */
export const choreographyUnderTest = (choreography: Choreography): ChoreographyUnderTest =>
  scripted(choreography, new Map());

const scripted = (choreography: Choreography, script: Script): ChoreographyUnderTest => ({
  answering: (command, ...answers) => scripted(choreography, new Map([...script, [command, answers]])),
  when: (event, eventId = 'under-test') => {
    const { context } = parseName(choreography.name);
    const problems = choreographyViolations(context, [choreography], {
      hasCommand: () => undefined,
      hasEvent: () => undefined,
    });
    if (problems.length > 0) throw new Error(problems.join('; '));
    return happened(() => tried(choreography, script, event, eventId));
  },
});

const happened = (run: () => Promise<ChoreographyRun>): WhenHappened => ({
  run,
  thenSent: async (...commands) => {
    const { end, trouble, sent } = await run();
    if (end !== 'handled') return fail(`the event ${end === 'parked' ? 'is parked' : end}: ${JSON.stringify(trouble)}`);
    deepStrictEqual([...new Map(sent.map(({ id, command }) => [id, command])).values()], [...commands]);
  },
  thenParked: async (type) => {
    const { end, trouble, sent } = await run();
    deepStrictEqual({ end, type: trouble?.type }, { end: 'parked', type });
    return sent;
  },
});

async function tried(
  choreography: Choreography,
  script: Script,
  event: object,
  eventId: string,
): Promise<ChoreographyRun> {
  const answers = new ScriptedAnswers();
  for (const [command, said] of script) answers.say(command, said);
  const { sent } = answers;
  const refusals = new RefusalsInMemory();
  for (let defects = 0; ;) {
    let answered: unknown;
    const execute = async <R>(command: Command<R>): Promise<R> => {
      try {
        return await answers.execute(command);
      } catch (error) {
        answered = error;
        throw error;
      }
    };
    try {
      await react(choreography, { event, eventId }, { execute, refusals });
      return { end: 'handled', trouble: null, sent };
    } catch (thrown) {
      if (answers.mistake !== undefined) throw answers.mistake;
      if (thrown instanceof FinalRefusalError)
        return { end: 'parked', trouble: { type: thrown.code, detail: thrown.message }, sent };
      // What the choreography's own code throws, whoever tests it wants to see.
      if (thrown !== answered) throw thrown;
      const { type, detail, ...outcome } = outcomeOfError(tellable(thrown), true);
      const isOutage = outcome.kind === 'open' && outcome.passing;
      if (isOutage && answers.latest.at(-1)?.again === true) return { end: 'waits', trouble: { type, detail }, sent };
      defects += isOutage ? 0 : 1;
      if (defects >= choreography.retry.attempts) return { end: 'parked', trouble: { type, detail }, sent };
    }
  }
}
