import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NoOpenUnitError, runAs } from '@isolith/message-bus';
import { openTestContext, type TestContext } from '../testing/index.js';

let sales: TestContext;
beforeAll(async () => {
  sales = await openTestContext({ context: 'sales' });
});
afterAll(() => sales.close());

describe('the end of a unit of work', () => {
  it('is told to whoever asked in it, once: true after its commit, false after a rollback', async () => {
    const told: [string, boolean][] = [];
    const asking = (who: string): void => sales.unit.onEnd((committed) => told.push([who, committed]));
    await sales.unit.run(async () => {
      await sales.unit.run(async () => asking('joined'));
      asking('outer');
      expect(told).toEqual([]);
    });
    await sales.unit
      .run(async () => {
        asking('undone');
        throw new Error('no');
      })
      .catch(() => undefined);
    await sales.unit.run(async () => undefined);
    expect(told).toEqual([
      ['joined', true],
      ['outer', true],
      ['undone', false],
    ]);
  });

  it('can be asked for in an open unit only', async () => {
    await runAs('sales', async () => {
      expect(() => sales.unit.onEnd(() => undefined)).toThrow(NoOpenUnitError);
    });
  });
});
