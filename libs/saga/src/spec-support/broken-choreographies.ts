import { Failure, IsolithError, NotDeliveredError, UnlistedFailure } from '@isolith/contracts';
import { dispatchOptionsOf, withOptions } from '@isolith/message-bus';
import type { Command } from '@nestjs/cqrs';
import { choreography, type Choreography } from '../choreography/choreography.js';
import { react } from '../choreography/react.js';
import { when } from '../choreography/reaction.js';
import type { Execute } from '../definition/step.js';
import { lowStock, StockGone, StockLow, Tell } from './low-stock.js';
import { checkChoreography, type ChoreographyReport, type React } from '../testing/index.js';

/** What runs choreographies, or one of them, with one defect, and the rules that find it. */
export interface ChoreographyMutant {
  readonly name: string;
  readonly foundBy: readonly string[];
  readonly check: () => Promise<ChoreographyReport>;
}

const events = [new StockLow({ sku: 'MUG', left: 2 }), new StockGone({ sku: 'MUG' })];

const brokenReact = (name: string, by: React, ...foundBy: readonly string[]): ChoreographyMutant => ({
  name,
  foundBy,
  check: () => checkChoreography(lowStock, { events, react: by, maxHistories: 1 }),
});
const brokenOne = (name: string, made: () => Choreography, ...foundBy: readonly string[]): ChoreographyMutant => ({
  name,
  foundBy,
  check: () => checkChoreography(made(), { events: events.slice(0, 1), maxHistories: 1 }),
});

/** It sends otherwise. */
const sendingOtherwise =
  (alter: (execute: Execute) => Execute): React =>
  (of, happened, parts) =>
    react(of, happened, { ...parts, execute: alter(parts.execute) });
const underAnotherId = (idOf: (command: Command<unknown>, id: string) => string): React =>
  sendingOtherwise(
    (execute) => (command) => execute(withOptions(command, { id: idOf(command, dispatchOptionsOf(command).id ?? '') })),
  );
/** It takes an answer for another one. */
const mistaking = (answer: (error: unknown) => unknown): React =>
  sendingOtherwise((execute) => async (command) => {
    try {
      return await execute(command);
    } catch (error) {
      throw answer(error);
    }
  });
const isFinal = (error: unknown): boolean =>
  error instanceof UnlistedFailure ? !error.retryable : error instanceof Failure && !error.contract.retryable;

let sent = 0;

export const brokenReacts: readonly ChoreographyMutant[] = [
  brokenReact(
    'gives each attempt an id of its own',
    underAnotherId((_, id) => `${id}, ${(sent += 1)}`),
    'one-id-until-refused',
    'no-effect-twice',
    'same-history-again',
  ),
  brokenReact(
    'gives the commands of an event one id',
    underAnotherId(() => 'of the event'),
    'one-id-until-refused',
  ),
  brokenReact(
    'derives ids from what commands say',
    underAnotherId((command) => JSON.stringify(command)),
    'events-apart',
  ),
  brokenReact(
    'asks all reactions at once',
    async (of, happened, parts) =>
      void (await Promise.all(of.reactions.map((one) => react({ ...of, reactions: [one] }, happened, parts)))),
    'in-order',
  ),
  brokenReact(
    'asks the last reaction first',
    (of, happened, parts) => react({ ...of, reactions: of.reactions.toReversed() }, happened, parts),
    'in-order',
  ),
  brokenReact(
    'goes on with the next reaction after an outage',
    async (of, happened, parts) => {
      const failed: unknown[] = [];
      for (const one of of.reactions)
        await react({ ...of, reactions: [one] }, happened, parts).catch((error: unknown) => failed.push(error));
      if (failed.length > 0) throw failed[0];
    },
    'in-order',
  ),
  brokenReact(
    'asks the first reaction only',
    (of, happened, parts) => react({ ...of, reactions: of.reactions.slice(0, 1) }, happened, parts),
    'handled-means-done',
  ),
  brokenReact(
    'forgets an event whose command failed',
    (of, happened, parts) => react(of, happened, parts).catch(() => undefined),
    'handled-means-done',
  ),
  brokenReact(
    'ignores every refusal',
    (of, happened, parts) =>
      react({ ...of, reactions: of.reactions.map((one) => ({ ...one, refused: 'ignored' })) }, happened, parts),
    'handled-means-done',
  ),
  brokenReact(
    'takes an outage for a refusal',
    mistaking((error) =>
      error instanceof IsolithError && error.retryable ? new UnlistedFailure('trial.no', 'no', 409, false) : error,
    ),
    'parks-for-a-reason',
  ),
  brokenReact(
    'takes a refusal for an outage',
    mistaking((error) => (isFinal(error) ? new NotDeliveredError('perhaps it is away') : error)),
    'comes-to-an-end',
  ),
  brokenReact(
    'does not count refusals',
    (of, happened, parts) =>
      react(of, happened, { ...parts, refusals: { count: async () => 0, record: async () => undefined } }),
    'replay-asks-anew',
  ),
];

export const brokenChoreographies: readonly ChoreographyMutant[] = [
  brokenOne(
    'says something else each time',
    () => {
      let said = 0;
      const with_ = (): Tell => new Tell({ who: 'ada', what: `for time ${(said += 1)}` });
      return choreography({ name: 'alerts.drawn', on: [when(StockLow, { send: Tell, with: with_ })] });
    },
    'same-history-again',
    'one-id-until-refused',
  ),
  brokenOne(
    'fails with an event',
    () =>
      choreography({
        name: 'alerts.failing',
        on: [
          when(StockLow, {
            send: Tell,
            with: (): Tell => {
              throw new Error('that was not expected');
            },
          }),
        ],
      }),
    'parks-for-a-reason',
  ),
  brokenOne(
    'says so much that no bus would take it',
    () => {
      const wrong: { who: string; what: string } = JSON.parse('{"who":7,"what":"low"}');
      return choreography({ name: 'alerts.wrong', on: [when(StockLow, { send: Tell, with: () => new Tell(wrong) })] });
    },
    'parks-for-a-reason',
  ),
];
