import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { installationOf } from './installation.js';
import { openTestContext, type TestContext } from '../testing/index.js';

let sales: TestContext;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
});
afterAll(() => sales.close());

describe('the id of an installation', () => {
  it('is not there before a host starts: rows that are moved here bring theirs along', async () => {
    expect(await sales.database.query(z.unknown(), 'SELECT * FROM sales.installation')).toEqual([]);
  });

  it('is drawn once, whoever starts first, and stays', async () => {
    const drawn = await Promise.all(Array.from({ length: 5 }, () => installationOf(sales.journal)));
    expect(new Set(drawn).size).toBe(1);
    expect(z.uuid().parse(drawn[0])).toBe(await installationOf(sales.journal));
  });

  it('is another one in another database', async () => {
    const other = await openTestContext({ context: 'sales' });
    expect(await installationOf(other.journal)).not.toBe(await installationOf(sales.journal));
    await other.close();
  });
});
