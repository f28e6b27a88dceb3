import { describe, expect, it } from '@jest/globals';
import { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';
import { signalDaysOf, signalDaysViolations } from './signal-days.js';
import { SignalRetention } from './signal-retention.js';

let world: World;
withWorld((given) => (world = given));

describe('events that came for sagas', () => {
  it('are deleted when they are older than they have to be, in batches, and that is said once', async () => {
    const { unit, database, journal } = world.context;
    await unit.run(async () => {
      await unit.execute(
        `INSERT INTO orders.saga_signal (contract, key, event_id, schema_version, data, arrived_at)
         SELECT 'work.inspected', 'k', 'e' || n, 1, '{}', now() - n * interval '10 days' FROM generate_series(1, 6) AS n`,
      );
    });
    const said: object[] = [];
    const retention = new SignalRetention({
      context: 'orders',
      schema: 'orders',
      statements: new SingleStatements(journal),
      days: () => 25,
      log: { debug: (entry) => void said.push(entry) },
      batch: 3,
    });
    expect([await retention.deleteSome(), await retention.deleteSome()]).toEqual([true, false]);
    const left = await database.query(
      z.object({ event_id: z.string() }),
      'SELECT event_id FROM orders.saga_signal ORDER BY arrived_at DESC',
    );
    expect(left.map(({ event_id }) => event_id)).toEqual(['e1', 'e2']);
    expect(said).toEqual([
      { message: '4 events for sagas of orders that came more than 25 days ago were deleted', count: 4 },
    ]);
  });

  it('are kept for 30 days, and never longer than the sagas that may have taken them', () => {
    expect([signalDaysOf(undefined, 90), signalDaysOf(undefined, 7), signalDaysOf(12, 90)]).toEqual([30, 7, 12]);
    expect([signalDaysViolations(90, 90), signalDaysViolations(1, 90), signalDaysViolations(undefined, 1)]).toEqual([
      [],
      [],
      [],
    ]);
    for (const days of [0, 91, 1.5])
      expect(signalDaysViolations(days, 90)).toEqual([
        `signalDays must be a whole number of days from 1 to 90 (endedDays), not ${days}`,
      ]);
  });
});
