import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { NotDeliveredError } from '@isolith/contracts';
import { ContextInbox, OperatorActions } from '@isolith/journal/internal';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { MessageRouter, runAs, withOptions } from '@isolith/message-bus';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { CircuitMoved } from '../policies/host-circuits.js';
import { circuitAnswers } from './circuit-answers.js';
import { circuitMessagesOf, HostsNotTold } from './circuit-messages.js';

const { MoveCircuit } = circuitMessagesOf('orders');
const ANNA = { principal: { service: 'gateway', user: 'anna', roles: ['admin'] } };

class Lines extends ConsoleLogger {
  readonly warned: unknown[] = [];
  override warn(line: unknown): void {
    this.warned.push(line);
  }
}

let orders: TestContext;
let told: CircuitMoved[];
let lines: Lines;
/** What comes of telling. */
let telling: () => Promise<void>;
const hosts: MessageRouter[] = [];

beforeEach(async () => {
  orders = await openTestContext({ context: 'orders' });
  told = [];
  telling = async () => undefined;
  lines = new Lines({ logLevels: ['warn'] });
  Logger.overrideLogger(lines);
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
  await orders.close();
});

/** A replica of the context: an inbox of its own on the one database. */
async function replica(): Promise<MessageRouter> {
  const router = new MessageRouter({ placement: { here: ['orders'] }, onError: () => undefined });
  router.useInbox('orders', new ContextInbox(orders.journal));
  const tell = async (moved: CircuitMoved): Promise<void> => {
    told.push(moved);
    await telling();
  };
  for (const handler of circuitAnswers('orders', orders.journal, tell)) router.handle(handler);
  await router.listenHere();
  hosts.push(router);
  return router;
}

const move = (host: MessageRouter, id: string, how: 'open' | 'close' = 'open'): Promise<unknown> => {
  const message = new MoveCircuit({ policy: 'pay', move: how, reason: `because of ${id}` });
  return runAs('gateway', () => host.send(withOptions(message, { id })), ANNA);
};
/** The oldest first. */
const audit = async () =>
  (await new OperatorActions(orders.journal).recent(100))
    .toReversed()
    .map(({ by, action, subject, result }) => ({ by, action, subject, result }));
const row = (id: string, result: object) => ({
  by: 'anna',
  action: 'open-circuit',
  subject: { policy: 'pay', reason: `because of ${id}` },
  result,
});

describe('a circuit that is moved', () => {
  it('stands in the audit before any host is told, and again when all are', async () => {
    let before: unknown;
    telling = async () => void (before = await audit());
    const host = await replica();
    expect(await move(host, 'k')).toEqual({});
    expect(told).toEqual([{ policy: 'pay', move: 'open', by: 'anna' }]);
    expect(before).toEqual([row('k', { asked: true })]);
    expect(await audit()).toEqual([row('k', { asked: true }), row('k', { told: true })]);
  });

  it('is moved once, however often the same is asked', async () => {
    const [one, other] = [await replica(), await replica()];
    await move(one, 'k');
    await move(one, 'k2', 'close');
    for (const host of [one, other]) expect(await move(host, 'k')).toEqual({});
    expect(told.map(({ move: how }) => how)).toEqual(['open', 'close']);
  });

  it('is told in the audit once, also where another replica was asked beside', async () => {
    const [one, other] = [await replica(), await replica()];
    const goes = Promise.withResolvers<void>();
    const isTelling = Promise.withResolvers<void>();
    telling = () => {
      isTelling.resolve();
      return goes.promise;
    };
    const first = move(one, 'k');
    await isTelling.promise;
    telling = async () => undefined;
    expect(await move(other, 'k')).toEqual({});
    goes.resolve();
    expect(await first).toEqual({});
    expect((await audit()).map(({ result }) => result)).toEqual([{ asked: true }, { asked: true }, { told: true }]);
  });

  it('of which nobody knows that hosts were told is a failure with its reason in audit and log, and may be asked again', async () => {
    const host = await replica();
    telling = () => Promise.reject(new NotDeliveredError('the broker is away'));
    await expect(move(host, 'k')).rejects.toBeInstanceOf(HostsNotTold);
    expect(await audit()).toEqual([row('k', { asked: true }), row('k', { told: false, why: 'the broker is away' })]);
    expect(lines.warned).toEqual([expect.objectContaining({ err: new NotDeliveredError('the broker is away') })]);
    telling = async () => undefined;
    expect(await move(host, 'k')).toEqual({});
    expect((await audit()).at(-1)).toEqual(row('k', { told: true }));
  });
});
