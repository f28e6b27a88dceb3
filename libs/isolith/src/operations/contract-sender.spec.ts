import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { command, contractsIn, event, failure, role, service, signedIn } from '@isolith/contracts';
import { ContextInbox, OperatorActions } from '@isolith/journal/internal';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { MessageRouter, type RequestHandler, runAs } from '@isolith/message-bus';
import { ConsoleLogger, Logger } from '@nestjs/common';
import { z } from 'zod';
import { parseConfig } from '../config/parse-config.js';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { ContractSender, type SentByHand } from './contract-sender.js';
import { sendingAnswers } from './sending-answers.js';

class SoldOut extends failure('stock.sold-out', { status: 409, detail: 'nothing is left' }) {}
class Take extends command('stock.take', {
  input: z.object({ sku: z.string().min(1) }),
  output: z.object({ by: z.string() }),
  failures: [SoldOut],
  access: [role('admin')],
}) {}
class Move extends command('stock.move', { input: z.object({}), access: [service('orders')] }) {}
class Look extends command('stock.look', { input: z.object({}), access: [signedIn()] }) {}
class Taken extends event('stock.taken', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

Logger.overrideLogger(new ConsoleLogger({ logLevels: [] }));

const ANNA = { principal: { service: 'gateway', user: 'anna', roles: ['admin'] } };
const contracts = contractsIn({ Take, Move, Look, Taken, SoldOut });
const { config } = parseConfig(application('shop', [context('stock', { contracts })]), {});

let stock: TestContext;
let router: MessageRouter;
let taken: string[];
beforeEach(async () => {
  stock = await openTestContext({ context: 'stock' });
  taken = [];
});
afterEach(async () => {
  await router.close();
  await stock.close();
});

async function sender(answers: readonly RequestHandler[] = sendingAnswers('stock', stock.journal)) {
  router = new MessageRouter({ placement: { here: ['stock'] }, onError: () => undefined });
  router.useInbox('stock', new ContextInbox(stock.journal));
  for (const handler of answers) router.handle(handler);
  const handle = (message: RequestHandler['message'], invoke: RequestHandler['invoke']) =>
    router.handle({ message, by: 'the test', invoke });
  handle(Take, async (message) => {
    const { sku } = z.object({ sku: z.string() }).parse(message);
    if (sku === 'none') throw new SoldOut({});
    taken.push(sku);
    return { by: 'anna' };
  });
  handle(Move, async () => undefined);
  handle(Look, async () => undefined);
  await router.listenHere();
  const one = new ContractSender(config, router);
  return (name: string, input: Record<string, unknown>, id = 'id-1'): Promise<SentByHand> =>
    runAs('gateway', () => one.send(name, input, id), ANNA);
}

const audit = () => new OperatorActions(stock.journal).recent(10);

describe('a message that is sent by hand', () => {
  it('is handled as one of who sends it, and written down before: what it is, and not what is in it', async () => {
    const send = await sender();
    expect(await send('stock.take', { sku: 'MUG-PLANTED' })).toEqual({ outcome: 'answered', output: { by: 'anna' } });
    expect(await audit()).toMatchObject([
      { by: 'anna', action: 'send-message', subject: { contract: 'stock.take', id: 'id-1' } },
    ]);
    expect(JSON.stringify(await audit())).not.toContain('PLANTED');
    expect(await send('stock.look', {}, 'id-2')).toEqual({ outcome: 'answered' });
  });

  it.each([
    ['stock.take', { sku: 'none' }, 'SoldOut'],
    ['stock.take', { sku: '' }, 'ContractViolationError'],
    ['stock.move', {}, 'ForbiddenError'],
  ])('fails as it would for any other sender: %s %p', async (name, input: Record<string, unknown>, thrown) => {
    const ended = await (await sender())(name, input);
    expect(ended).toMatchObject({ outcome: 'failed' });
    expect('thrown' in ended && ended.thrown.constructor.name).toBe(thrown);
    expect(taken).toEqual([]);
  });

  it('is not sent where nobody can write it down', async () => {
    const ended = await (await sender([]))('stock.take', { sku: 'A' });
    expect([ended.outcome, taken]).toEqual(['failed', []]);
  });

  it('is a command or a query that some contract has', async () => {
    const send = await sender();
    await expect(send('stock.nothing', {})).rejects.toThrow('there is no contract stock.nothing');
    for (const name of ['stock.taken', 'stock.sold-out'])
      await expect(send(name, {})).rejects.toThrow(`${name} is no command and no query`);
    expect(await audit()).toEqual([]);
  });
});
