import { withOptions, runAs } from '@isolith/message-bus';
import type { INestApplication } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { Pool } from 'pg';
import type { Contestant } from '../../harness/contestant.js';
import { untilEffect, type Effects } from './effects.js';
import { COUNT_SALES } from './sale-table.js';
import { Sell } from './shop.js';

/** Sends commands as the route of a gateway does, for a user that is signed in. */
export function sellsThrough(app: INestApplication, effects: Effects, databaseUrl: string): Contestant {
  const commands = app.get(CommandBus, { strict: false });
  const pool = new Pool({ connectionString: databaseUrl, max: 1 });
  const asUser = <T>(work: () => T): T =>
    runAs('gateway', work, { principal: { service: 'gateway', user: 'u-1', roles: ['customer'] } });
  return untilEffect(
    {
      effects,
      sell: (id, sku, quantity) => asUser(() => commands.execute(withOptions(new Sell({ id, sku, quantity }), { id }))),
      count: async () => (await pool.query<{ count: number }>(COUNT_SALES)).rows[0]?.count ?? 0,
      close: async () => {
        await pool.end();
        await app.close();
      },
    },
    randomUUID,
  );
}
