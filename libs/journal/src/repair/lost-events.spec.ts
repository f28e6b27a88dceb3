import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { z } from 'zod';
import { idOfBytes } from '../context/sequence-key.js';
import { openTestContext, type TestContext } from '../testing/index.js';
import { Sold } from '../testing/sample-sales.js';
import { findLostEvents } from './lost-events.js';

let sales: TestContext;
beforeAll(async () => void (sales = await openTestContext({ context: 'sales' })));
afterAll(() => sales.close());

const handled = (id: string): Promise<number> =>
  sales.unit.run(() =>
    sales.unit.execute(`INSERT INTO sales.inbox (consumer, message_id) VALUES ('letters', $1)`, [id]),
  );

it('lost are events that were handled and are in no journal; bytes that were discarded never were in any (fault 4)', async () => {
  await sales.unit.run(async () => sales.unit.append('s1', 0, [new Sold({ saleId: 's1', amount: 1 })]));
  const [recorded] = await sales.database.query(
    z.object({ id: z.string() }),
    `SELECT metadata->>'id' AS id FROM sales.journal`,
  );
  const lost = '0f8fad5b-d9cb-469f-a165-70867728950e';
  for (const id of [recorded?.id ?? '', lost, idOfBytes(Buffer.from('garbage'))]) await handled(id);
  expect(await findLostEvents(sales.journal, [sales.journal])).toEqual([
    { context: 'sales', subscription: 'letters', ids: [lost] },
  ]);
});
