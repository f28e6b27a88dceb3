import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import {
  checkAccess,
  codec,
  compareContracts,
  ContractViolationError,
  contractsIn,
  describeContracts,
  outcomeOfThrown,
  outcomeSchema,
  personalPaths,
  thrownOfOutcome,
} from './index.js';
import * as contract from './readme.example.js';
import { OutOfStock, ReserveStock, StockReserved } from './readme.example.js';
import { checkContractLaws } from './testing/index.js';

const input = { orderId: 'b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11', lines: [{ sku: 'MUG', quantity: 2 }] };

describe('the README example', () => {
  it('is what the README shows', async () => {
    const [readme, example] = await Promise.all(
      ['../README.md', './readme.example.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
    );
    expect(example).toContain('command(');
    expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``);
  });

  it('has instances with the fields and the literal name', () => {
    const message = new ReserveStock(input);
    expect([message.lines[0]?.sku, message.type]).toEqual(['MUG', 'inventory.reserve-stock']);
    expect(new StockReserved(input).type).toBe('inventory.stock-reserved');
  });

  it('copies while it validates, names what is wrong, and reads what a newer writer adds', () => {
    const copy = ReserveStock.contract.copyInput(new ReserveStock(input));
    expect(copy).toEqual(input);
    expect(copy['lines']).not.toBe(input.lines);
    const newer = { ...input, lines: [{ sku: 'MUG', quantity: 2, gift: true }] };
    expect(() => ReserveStock.contract.copyInput(newer)).toThrow(ContractViolationError);
    expect(() => ReserveStock.contract.copyInput(newer)).toThrow(
      'inventory.reserve-stock does not fit its contract: /lines/0/gift: is not a known field',
    );
    expect(ReserveStock.contract.readInput(newer)).toEqual(input);
  });

  it('has a failure that arrives as its own class', () => {
    const crossed = outcomeSchema.parse(
      JSON.parse(JSON.stringify(outcomeOfThrown(ReserveStock.contract, new OutOfStock({ sku: 'MUG' })))),
    );
    if (crossed.outcome === 'success') throw new Error('it failed');
    const arrived = thrownOfOutcome(ReserveStock.contract, crossed);
    expect(arrived).toBeInstanceOf(OutOfStock);
    expect(arrived).toMatchObject({ data: { sku: 'MUG' }, message: 'MUG is out of stock' });
  });

  it('says who may send it and what of it is personal', () => {
    const { access, input: schema } = ReserveStock.contract;
    expect(checkAccess(access, { service: 'orders', roles: [] })).toBe('granted');
    expect(checkAccess(access, { service: 'gateway', user: 'u', roles: ['customer'] })).toBe('forbidden');
    expect(personalPaths(schema)).toEqual(['/recipient']);
  });

  it('is data: described, compared with itself, held to the laws', () => {
    const descriptions = describeContracts(contractsIn(contract));
    expect(descriptions.map(({ name }) => name)).toEqual([
      'inventory.out-of-stock',
      'inventory.reserve-stock',
      'inventory.stock-reserved',
    ]);
    expect(compareContracts(descriptions, describeContracts(contractsIn(contract)))).toEqual([]);
    for (const declared of contractsIn(contract)) checkContractLaws(declared);
    expect(codec.contentType).toBe('application/cloudevents+json');
  });
});
