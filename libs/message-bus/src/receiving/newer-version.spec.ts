import { expect, it } from '@jest/globals';
import { NewerVersionError, outcomeSchema } from '@isolith/contracts';
import { envelope } from '../testing/fixtures/plain-signer.js';
import { Take, Taken } from '../testing/fixtures/hosts.js';
import { HandedBackError } from '../transport/handed-back.js';
import { Handlers } from './handlers.js';
import { Receiver } from './receiver.js';

const take = envelope({ principal: { service: 'shop', roles: [] }, data: { lines: [] } });
const why = 'stock.taken is stored in version 2 and the aggregate stock reads version 1: it waits';
const watch = { lane: 'subscription', context: 'stock', subscription: 'watch' } as const;

/** Handles messages with what a host of the next release has stored. */
function older() {
  const handlers = new Handlers();
  const invoke = async (): Promise<never> => {
    throw new NewerVersionError(why);
  };
  handlers.addRequest({ message: Take, by: 'TakeHandler', invoke });
  handlers.addSubscription({ context: 'stock', subscription: 'watch', events: [Taken.contract], from: 'now' }, [
    { event: Taken, by: 'OnTaken', invoke },
  ]);
  const [told, met]: [string[], string[]] = [[], []];
  const receiver = new Receiver(
    handlers,
    (message) => void told.push(message),
    (context, { message }) => void met.push(`${context}: ${message}`),
  );
  return { receiver, told, met };
}

it.each([
  ['command', take],
  ['query', { ...take, kind: 'query' as const }],
])('a %s of another host is handed back, unanswered: a host of the next release can read it', async (_, asked) => {
  const { receiver, told } = older();
  const replies: unknown[] = [];
  const taken = receiver.onRequest(
    { envelope: asked, redelivered: false, reply: async (answer) => void replies.push(answer) },
    'stock',
  );
  const thrown: unknown = await taken.catch((error: unknown) => error);
  expect(thrown).toBeInstanceOf(HandedBackError);
  expect(thrown).toMatchObject({ context: 'stock', lack: 'newer', message: why });
  expect([replies, told]).toEqual([[], []]);
});

it('an event is handed back, whatever its own version: no attempt counts', async () => {
  const happened = { ...take, type: 'stock.taken', kind: 'event' as const, subject: 'a', data: { sku: 'a', tags: [] } };
  const thrown: unknown = await older()
    .receiver.onEvent({ envelope: happened, redelivered: false, reply: async () => undefined }, watch)
    .catch((error: unknown) => error);
  expect(thrown).toMatchObject({ name: 'HandedBackError', context: 'stock', lack: 'newer', message: why });
});

it('a command of this host, which nobody else can be given, was not delivered, and the host says so', async () => {
  const { receiver, met } = older();
  const outcome = await receiver.outcome(take, 'stock', { fromWire: false, redelivered: false, newId: true });
  expect(outcomeSchema.parse(outcome)).toMatchObject({ outcome: 'error', code: 'not-delivered', detail: why });
  expect(met).toEqual([`stock: ${why}`]);
});
