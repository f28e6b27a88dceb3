import { expect, it } from '@jest/globals';
import { command, contractsIn, event, failure, personal, query, role, service } from '@isolith/contracts';
import { z } from 'zod';
import { context } from '../context/context.js';
import { contractCatalog } from './contract-catalog.js';

class SoldOut extends failure('stock.sold-out', { status: 409, detail: 'nothing is left' }) {}
class Take extends command('stock.take', {
  input: z.object({ sku: z.string(), to: personal(z.string()) }),
  failures: [SoldOut],
  access: [service('orders')],
  version: 2,
}) {}
class Look extends query('stock.look', {
  input: z.object({ sku: z.string() }),
  output: z.object({ left: z.int() }),
  access: [role('admin')],
}) {}
class Taken extends event('stock.taken', { input: z.object({ sku: z.string() }), key: 'sku' }) {}

it('a catalog has every message of every context, with its schemas, who may send it and who does', () => {
  const contexts = [
    context('stock', { contracts: contractsIn({ Take, Look, Taken, SoldOut }) }),
    context('orders', { needs: [Take] }),
    context('mails', { subscriptions: { told: { events: [Taken] } } }),
  ];
  const sku = { type: 'string' };
  expect(contractCatalog(contexts)).toEqual([
    {
      name: 'stock.look',
      kind: 'query',
      context: 'stock',
      version: 1,
      input: { type: 'object', properties: { sku }, required: ['sku'] },
      output: expect.objectContaining({ type: 'object', required: ['left'] }),
      failures: [],
      access: ['role:admin'],
      personal: [],
      usedBy: [],
    },
    {
      name: 'stock.take',
      kind: 'command',
      context: 'stock',
      version: 2,
      input: { type: 'object', properties: { sku, to: { type: 'string' } }, required: ['sku', 'to'] },
      failures: ['stock.sold-out'],
      access: ['service:orders'],
      personal: ['/to'],
      usedBy: ['orders'],
    },
    {
      name: 'stock.taken',
      kind: 'event',
      context: 'stock',
      version: 1,
      input: { type: 'object', properties: { sku }, required: ['sku'] },
      failures: [],
      access: [],
      personal: [],
      usedBy: ['mails'],
    },
  ]);
});
