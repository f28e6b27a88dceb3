import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CommandBus } from '@nestjs/cqrs';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { startApp } from './app.js';
import { MailServer } from './mails.js';
import { PlaceOrder } from './orders.js';
import { actuator } from './parked-client.js';

let app: NestFastifyApplication;
let server: MailServer;
let parked: ReturnType<typeof actuator>;

beforeAll(async () => {
  const { app: started, url, token } = await startApp();
  app = started;
  server = app.get(MailServer, { strict: false });
  parked = actuator(url, token);
});
afterAll(() => app?.close());

const listed = z.object({
  items: z.array(
    z.looseObject({
      context: z.string(),
      id: z.string(),
      key: z.string(),
      attempts: z.int(),
      behind: z.int(),
      problem: z.object({ type: z.string(), detail: z.string() }).optional(),
    }),
  ),
});
const list = async (query = '') => listed.parse(await parked.get(query)).items;

async function place(customer: string, nth: number): Promise<void> {
  await app.get(CommandBus, { strict: false }).execute(new PlaceOrder({ customer, nth }));
}

/** The entry that the page shows, with what differs from run to run. */
function shown(differs: object): object {
  const page = readFileSync(new URL('../../../docs/guides/parked-messages.md', import.meta.url), 'utf8');
  const [, entry = ''] = /```json\n([^]*?)```/.exec(page) ?? [];
  return { ...z.record(z.string(), z.unknown()).parse(JSON.parse(entry)), ...differs };
}

/** Two orders of a customer whose mailbox is gone: the first is parked, the second waits behind it. */
async function park(customer: string) {
  server.fault = () => new Error('no such mailbox');
  await place(customer, 1);
  await eventually('parked', list, (items) => items.some(({ key }) => key === customer));
  await place(customer, 2);
  const items = await eventually('the next one waits', list, (found) =>
    found.some(({ key, behind }) => key === customer && behind === 1),
  );
  const first = items.find(({ key }) => key === customer);
  if (first === undefined) throw new TypeError('nothing is parked');
  return first;
}

it('what is parked is seen, then replayed in order once the defect is mended', async () => {
  const first = await park('ada');
  expect({ ...first, id: '1', messageId: '…', parkedAt: '…' }).toEqual(
    shown({ id: '1', messageId: '…', parkedAt: '…' }),
  );
  expect(await parked.get(`/mails/${first.id}`)).toMatchObject({ data: { customer: 'ada', nth: 1 } });
  expect((await list('?context=mails&subscription=order-mails&key=ada')).map(({ behind }) => behind)).toHaveLength(2);

  const key = { subscription: 'order-mails', key: 'ada' };
  expect(await parked.post('/mails/replay', key)).toMatchObject({ status: 'failed', replayed: 0, left: 2 });
  server.fault = undefined;
  expect(await parked.post('/mails/replay', key)).toEqual({ status: 'completed', replayed: 2, left: 0 });
  expect(server.sent).toEqual(['ada 1', 'ada 2']);
  expect(await list()).toEqual([]);
});

it('all that failed alike is replayed together, slowly', async () => {
  await park('bob');
  await park('eve');
  server.fault = undefined;
  const filter = { subscription: 'order-mails', type: 'orders.order-placed' };
  expect(await parked.post('/mails/replay-group', { filter, perSecond: 50 })).toMatchObject({ status: 'running' });
  await eventually('all are replayed', list, (items) => items.length === 0);
  expect(server.sent.filter((text) => /bob|eve/.test(text)).toSorted()).toEqual(['bob 1', 'bob 2', 'eve 1', 'eve 2']);
  const replays = z.object({ items: z.array(z.object({ status: z.string(), replayed: z.int() }).loose()) });
  await eventually(
    'the replay has ended',
    async () => replays.parse(await parked.get('/replays')).items,
    ([replay]) => replay?.status === 'completed' && replay.replayed === 4,
  );
});

it('what is wrong in itself is given other data, and its replay uses that', async () => {
  const first = await park('una');
  const groups = z.object({ items: z.array(z.looseObject({ problem: z.string(), count: z.int() })) });
  expect(groups.parse(await parked.get('/groups?context=mails')).items).toMatchObject([
    { subscription: 'order-mails', type: 'orders.order-placed', problem: 'Error', count: 1, example: { id: first.id } },
  ]);
  const typed = { data: { customer: 'una', nth: '3' }, reason: 'typed wrong' };
  await expect(parked.post(`/mails/${first.id}/edit`, typed)).rejects.toThrow('/data/nth');
  server.fault = undefined;

  const { data } = z.object({ data: z.looseObject({}) }).parse(await parked.get(`/mails/${first.id}`));
  const edit = { data: { ...data, nth: 7 }, reason: 'the number was typed wrong' };
  expect(await parked.post(`/mails/${first.id}/edit`, edit)).toEqual({ edited: true });
  expect(await parked.post('/mails/replay', { subscription: 'order-mails', key: 'una' })).toMatchObject({
    status: 'completed',
    replayed: 2,
  });
  expect(server.sent.filter((text) => text.startsWith('una'))).toEqual(['una 7', 'una 2']);
});

it('what is not wanted any more is discarded, and what waited behind it can go on', async () => {
  const first = await park('tom');
  expect(await parked.post(`/mails/${first.id}/discard`)).toEqual({ outcome: 'discarded' });
  server.fault = undefined;
  await parked.post('/mails/replay', { subscription: 'order-mails', key: 'tom' });
  expect(server.sent.filter((text) => text.startsWith('tom'))).toEqual(['tom 2']);
});
