import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SingleStatements } from '@isolith/journal/internal';
import { openTestContext, type TestContext } from '@isolith/journal/testing';
import { runAs } from '@isolith/message-bus';
import { choreographyMigrations } from '../migrations/choreography-migrations.js';
import { RefusalRetention } from './refusal-retention.js';
import { RefusalTable } from './refusal-table.js';

let alerts: TestContext;
let refusals: RefusalTable;
beforeAll(async () => {
  alerts = await openTestContext({ context: 'alerts', migrations: choreographyMigrations });
  refusals = new RefusalTable('alerts', alerts.unit, alerts.database);
});
afterAll(() => alerts.close());

const of = (eventId: string) => ({ choreography: 'alerts.low-stock', eventId, command: 'reorder/0' });

it('counts the refusals of each command of each event; the count never falls', async () => {
  await refusals.record(of('e1'), 2);
  await refusals.record(of('e1'), 1);
  await refusals.record(of('e2'), 1);
  const counts = ['e1', 'e2', 'e3'].map((eventId) => refusals.count(of(eventId)));
  expect(await Promise.all(counts)).toEqual([2, 1, 0]);
});

const write = (sql: string, params: readonly unknown[] = []) => alerts.unit.run(() => alerts.unit.execute(sql, params));
const deleteOld = async (): Promise<void> => {
  const retention = new RefusalRetention('alerts', new SingleStatements(alerts.journal), () => 30);
  expect(await runAs('alerts', () => retention.deleteSome())).toBe(false);
};
const refusedLongAgo = async (eventId: string): Promise<void> => {
  await refusals.record(of(eventId), 1);
  await write(`UPDATE alerts.choreography_refusal SET refused_at = now() - interval '31 days' WHERE event_id = $1`, [
    eventId,
  ]);
};

it('forgets what is older than it has to be, and nothing else', async () => {
  await refusedLongAgo('old');
  await refusals.record(of('young'), 1);
  await deleteOld();
  expect([await refusals.count(of('old')), await refusals.count(of('young'))]).toEqual([0, 1]);
});

it('keeps the count of an event for as long as it is parked in its subscription', async () => {
  await refusedLongAgo('parked');
  await refusedLongAgo('parked-elsewhere');
  for (const [subscription, id] of [
    ['low-stock', 'parked'],
    ['other', 'parked-elsewhere'],
  ]) {
    await write('INSERT INTO alerts.parked_sequence (subscription, key) VALUES ($1, $2)', [subscription, id]);
    await write(
      `INSERT INTO alerts.parked_message (subscription, key, message_id, raw, attempts) VALUES ($1, $2, $2, '', 1)`,
      [subscription, id],
    );
  }
  await deleteOld();
  expect([await refusals.count(of('parked')), await refusals.count(of('parked-elsewhere'))]).toEqual([1, 0]);
  await write('DELETE FROM alerts.parked_message');
  await deleteOld();
  expect(await refusals.count(of('parked'))).toBe(0);
});
