import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { ContractDeclarationError } from './declaration.js';
import { event } from './message.js';
import { NewerVersionError } from '../errors/errors.js';
import { chainProblems, upcast, type Upcaster } from './upcasters.js';

const saleId = z.string();
const same = (from: number): Upcaster => ({ from, up: (data) => ({ ...data }) });
const declare = (version: number, upcasters: readonly Upcaster[]) => () =>
  event('sales.sold', {
    input: z.object({ saleId, paid: z.object({ amount: z.int(), currency: z.string() }) }),
    key: 'saleId',
    version,
    upcasters,
  });

/** Version 1 had an amount in euros, version 2 called it `total`. */
class Sold extends event('sales.sold', {
  input: z.object({ saleId, paid: z.object({ amount: z.int(), currency: z.string() }) }),
  key: 'saleId',
  version: 3,
  upcasters: [
    { from: 2, up: ({ total, ...data }) => ({ ...data, paid: { amount: total, currency: 'EUR' } }) },
    { from: 1, up: ({ amount, ...data }) => ({ ...data, total: amount }) },
  ],
}) {}

describe('what was written in', () => {
  const today = { saleId: 's', paid: { amount: 5, currency: 'EUR' } };

  it.each([
    ['the first version', 1, { saleId: 's', amount: 5 }],
    ['the last one', 2, { saleId: 's', total: 5 }],
    ['this one', 3, today],
  ])('%s is read as it is today, link by link, and checked', (_, version, data) => {
    const before = structuredClone(data);
    expect(Sold.contract.readStored(data, version)).toEqual(today);
    expect(data).toEqual(before);
  });

  it('a former one and does not fit after the last link is refused, naming the field', () => {
    expect(() => Sold.contract.readStored({ saleId: 's', amount: 'five' }, 1)).toThrow(
      'sales.sold does not fit its contract: /paid/amount',
    );
    expect(() => Sold.contract.readStored('five', 1)).toThrow('sales.sold does not fit its contract');
  });

  it('one to come waits for a host of the newer release', () => {
    expect(() => Sold.contract.readStored({}, 4)).toThrow(NewerVersionError);
    expect(() => Sold.contract.readStored({}, 4)).toThrow(
      'sales.sold is stored in version 4 and this host reads version 3: it waits for a host of the newer release',
    );
  });
});

describe('a chain that has a gap is refused where it is declared', () => {
  it('with all that is wrong', () => {
    expect(declare(5, [same(1), same(3), same(3), same(5), same(0), same(1.5)])).toThrow(ContractDeclarationError);
    expect(declare(5, [same(1), same(3), same(3), same(5), same(0), same(1.5)])).toThrow(
      [
        'sales.sold: an upcaster reads version 5, which is none before 5',
        'an upcaster reads version 0, which is none before 5',
        'an upcaster reads version 1.5, which is none before 5',
        'no upcaster from version 2 to 3',
        'no upcaster from version 4 to 5',
        'two upcasters read version 3',
      ].join('; '),
    );
  });

  it('also one that is missing altogether: a journal keeps what was recorded', () => {
    expect(declare(2, [])).toThrow('sales.sold: no upcaster from version 1 to 2');
    expect(declare(1, [])).not.toThrow();
  });
});

it('a chain may begin later where nothing older is kept', () => {
  expect(chainProblems([same(3)], 4, 3)).toEqual([]);
  expect(() => upcast([same(3)], {}, 2, 4)).toThrow('no upcaster from version 2 to 3');
});
