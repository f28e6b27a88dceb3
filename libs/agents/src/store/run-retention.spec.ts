import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SingleStatements } from '@isolith/journal/internal';
import { z } from 'zod';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { RunRetention } from './run-retention.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

const clerk = deskAgent();
const count = async (table: string): Promise<number> => {
  const [row] = await world.context.database.query(
    z.object({ n: z.int() }),
    `SELECT count(*)::int AS n FROM helpdesk.${table}`,
  );
  return row?.n ?? -1;
};

describe('runs that nobody has changed for long', () => {
  it('go with all that was said in them, unless they are still to be moved', async () => {
    const runs = world.runs([clerk]);
    for (const id of ['old 1', 'old 2', 'old 3', 'young', 'moves']) {
      await runs.begin(clerk, id, 'ada');
      await runs.say(id, 'ada', 'hello', 'a');
      if (id !== 'moves') await runs.stop(id, 'ada');
      if (id !== 'young') await world.set(id, `changed_at = now() - interval '91 days'`);
    }
    await world.execute(`INSERT INTO helpdesk.agent_use VALUES
      ('day', 'a', current_date - 36, '', 1, 1), ('user-day', 'a', current_date - 36, 'ada', 1, 1), ('day', 'a', current_date, '', 1, 1)`);
    const said: object[] = [];
    const statements = new SingleStatements(world.context.journal);
    const log = { debug: (entry: object) => void said.push(entry) };
    const retention = new RunRetention({
      context: 'helpdesk',
      schema: 'helpdesk',
      statements,
      days: () => 90,
      log,
      batch: 2,
    });
    expect(await retention.deleteSome()).toBe(true);
    expect(await retention.deleteSome()).toBe(false);
    expect((await runs.list('ada', { limit: 10 })).map(({ id }) => id).toSorted()).toEqual(['moves', 'young']);
    expect(await count('agent_entry')).toBe(1 + 2);
    expect(await count('agent_use')).toBe(1);
    expect(said).toEqual([expect.objectContaining({ count: 3 })]);
  });
});
