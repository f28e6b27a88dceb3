import { describe, expect, it } from '@jest/globals';
import type { CommandBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { ContractViolationError } from '../errors/errors.js';
import { failure } from './failure.js';
import { command, event, query } from './message.js';
import { personal } from '../schema/personal.js';

const Line = z.object({ sku: z.string().min(1), quantity: z.int().min(1) });

class OutOfStock extends failure('inventory.out-of-stock', {
  data: z.object({ sku: z.string() }),
  status: 409,
  detail: ({ sku }) => `${sku} is out of stock`,
}) {}

class ReserveStock extends command('inventory.reserve-stock', {
  input: z.object({ orderId: z.uuid(), lines: z.array(Line).min(1), note: z.string().optional() }),
  output: z.object({ reservationId: z.uuid() }),
  failures: [OutOfStock],
}) {}

class ReleaseStock extends command('inventory.release-stock', { input: z.object({ orderId: z.uuid() }) }) {}

class StockReserved extends event('inventory.stock-reserved', {
  input: z.object({ orderId: z.uuid(), lines: z.array(Line) }),
  key: 'orderId',
}) {}

const orderId = 'b5f6a7a0-6c31-4a3e-9f0c-3f2f9a2d7b11';
const input = { orderId, lines: [{ sku: 'MUG', quantity: 2 }] };

describe('a declared message', () => {
  it('is a class whose instances carry the fields and their literal name', () => {
    const message = new ReserveStock(input);
    expect(message.lines[0]?.sku).toBe('MUG');
    expect(message.type).toBe('inventory.reserve-stock');
    expect(JSON.parse(JSON.stringify(message))).toEqual(input);
  });

  it('lets the CommandBus of @nestjs/cqrs infer its result', () => {
    const execute = (bus: CommandBus): Promise<string> =>
      bus.execute(new ReserveStock(input)).then(({ reservationId }) => reservationId);
    const nothing = (bus: CommandBus): Promise<void> => bus.execute(new ReleaseStock({ orderId }));
    expect([execute, nothing]).toHaveLength(2);
  });

  it('copies without sharing a reference', () => {
    const message = new ReserveStock(input);
    const copy = ReserveStock.contract.copyInput(message);
    expect(copy).toEqual(input);
    expect(copy['lines']).not.toBe(message.lines);
  });

  it('refuses an unknown field at the sender at every depth and drops it at the reader', () => {
    const wrong = { orderId, lines: [{ sku: 'MUG', quantity: 2, color: 'red' }] };
    expect(() => ReserveStock.contract.copyInput(wrong)).toThrow(ContractViolationError);
    expect(() => ReserveStock.contract.copyInput(wrong)).toThrow('/lines/0/color: is not a known field');
    expect(ReserveStock.contract.readInput(wrong)).toEqual(input);
  });

  it('drops an optional field that is undefined, as JSON would', () => {
    expect(Object.keys(ReserveStock.contract.copyInput({ ...input, note: undefined }))).toEqual(['orderId', 'lines']);
  });

  it('narrows a union of events by type', () => {
    const happened: StockReserved = new StockReserved(input);
    expect(happened.type === 'inventory.stock-reserved' && happened.orderId).toBe(orderId);
    expect(StockReserved.contract.key).toBe('orderId');
  });
});

describe('a declaration is refused', () => {
  it.each([
    ['a date', z.object({ at: z.date() }), '/at: date'],
    ['a bigint', z.object({ n: z.bigint() }), '/n: bigint'],
    ['a map', z.object({ m: z.map(z.string(), z.string()) }), '/m: map'],
    ['a set', z.object({ s: z.set(z.string()) }), '/s: set'],
    ['a transform', z.object({ t: z.array(z.string().transform(Number)) }), '/t/*: pipe'],
    ['a preprocess', z.object({ p: z.preprocess(String, z.string()) }), '/p: pipe'],
    ['a coercion', z.object({ c: z.coerce.number() }), '/c: coerce'],
    ['a class instance', z.object({ i: z.instanceof(URL) }), '/i: custom'],
    ['anything', z.object({ u: z.unknown() }), '/u: unknown'],
    ['an open object', z.object({ o: z.looseObject({}) }), '/o/*: unknown'],
  ])('for %s, naming the place', (_, schema, place) => {
    expect(() => command('a.b', { input: schema })).toThrow(`a.b: not JSON-safe at ${place}`);
  });

  it.each([
    ['a pattern', z.string().regex(/^a*b$/)],
    ['a format', z.email()],
    ['a function', z.string().refine((text) => text !== '')],
  ])('for a string that is checked by %s and has no bound (fault 17)', (_, text) => {
    const declare = (field: z.ZodString | z.ZodEmail) => () =>
      command('a.b', { input: z.object({ deep: z.object({ field }) }) });
    expect(declare(text)).toThrow('a.b: no bound at /deep/field');
    expect(declare(text.max(200))).not.toThrow();
  });

  it.each([
    ['a pattern that ends by itself', z.string().regex(/^\*[A-Z]{3}\+$/)],
    ['a uuid', z.uuid()],
    ['a moment', z.iso.datetime()],
    ['nothing', z.string().min(1)],
  ])('for no string that is checked by %s', (_, text) => {
    expect(() => command('a.b', { input: z.object({ text }) })).not.toThrow();
  });

  it('for a name that is not context.message', () => {
    expect(() => command('Reserve.Stock', { input: z.object({}) })).toThrow('is not a message name');
  });

  it('for a field that every message has', () => {
    expect(() => query('a.b', { input: z.object({ type: z.string() }) })).toThrow('reserved');
  });

  it('for personal data where it would be kept', () => {
    const mail = z.object({ id: z.string(), contact: z.object({ email: personal(z.email().max(254)) }) });
    expect(() => event('a.b', { input: mail, key: 'id' })).toThrow('personal data at /contact/email');
    expect(() => command('a.b', { input: mail, output: mail })).toThrow('personal data at /contact/email');
    expect(() => failure('a.b', { data: mail, status: 409, detail: 'no' })).toThrow('personal data at /contact/email');
    expect(() => query('a.b', { input: mail, output: mail })).not.toThrow();
  });
});
