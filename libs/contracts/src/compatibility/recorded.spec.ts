import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { compareContracts } from './compatibility.js';
import { describeContract, type ContractDescription } from './describe.js';
import { recordContracts } from './recorded.js';
import { event } from '../messages/message.js';
import type { Upcaster } from '../messages/upcasters.js';

const same = (from: number): Upcaster => ({ from, up: (data) => ({ ...data }) });
const sold = (version: number, field = 'amount', key = 'saleId') =>
  describeContract(
    event('sales.sold', {
      input: z.object({ saleId: z.string(), [field]: z.int() }),
      key,
      version,
      upcasters: Array.from({ length: version - 1 }, (_, index) => same(index + 1)),
    }),
  );
const changes = (before: ContractDescription, now: ContractDescription) =>
  compareContracts([before], [now]).map(
    ({ place, what, breaking }) => `${breaking ? 'breaking' : 'compatible'} ${place}: ${what}`,
  );

describe('a new version of an event', () => {
  it('is compatible with a way from the last one, whatever its data is now: older hosts wait for their upgrade', () => {
    expect(changes(sold(1), sold(2, 'cents'))).toEqual([
      'compatible version: was 1, is 2; what is of version 1 is read through upcasters',
    ]);
    expect(changes(sold(1), sold(3, 'cents'))).toHaveLength(1);
  });

  it('breaks without one, and says what to write', () => {
    const { upcasters: _, ...without } = sold(2, 'cents');
    expect(changes(sold(1), without)).toEqual([
      'breaking version: was 1, is 2, and nothing leads from 1 to 2: write upcasters: [{ from: 1, up: (data) => … }]',
    ]);
    expect(changes(sold(1), { ...sold(4), upcasters: [1, 3] })[0]).toContain('nothing leads from 2 to 3');
  });

  it('is needed where the data breaks who reads it, and that is said', () => {
    expect(changes(sold(1), sold(1, 'cents'))).toEqual([
      'breaking input/amount: the field is gone',
      'breaking input/cents: a new required field',
      'breaking version: is still 1: raise it to 2 and write upcasters: [{ from: 1, up: (data) => … }], or keep the data readable for both releases',
    ]);
  });

  it('never goes back, and keeps the key', () => {
    expect(changes(sold(2), sold(1))).toEqual([
      'breaking version: was 2, is 1: what was recorded in version 2 nobody could read',
    ]);
    expect(changes(sold(1), sold(2, 'amount', 'amount'))).toContain('breaking key: was "saleId", is "amount"');
  });
});

describe('a golden file', () => {
  it('keeps the versions of an event that there were', () => {
    const first = recordContracts([], [sold(1)]);
    expect(first).toEqual([sold(1)]);
    const second = recordContracts(first, [sold(2, 'cents')]);
    const { input } = sold(1);
    expect(second).toEqual([{ ...sold(2, 'cents'), former: [{ version: 1, input }] }]);
    expect(recordContracts(second, [sold(2, 'cents')])).toEqual(second);
    expect(recordContracts(second, [sold(3)])[0]?.former?.map(({ version }) => version)).toEqual([1, 2]);
  });
});
