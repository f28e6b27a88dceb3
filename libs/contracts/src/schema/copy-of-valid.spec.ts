import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { command } from '../messages/message.js';

class Nested extends command('stock.nested', {
  input: z.object({
    lines: z.array(z.object({ sku: z.string(), tags: z.record(z.string(), z.string()) })),
    note: z.string().nullable(),
  }),
}) {}
class Flat extends command('stock.flat', {
  input: z.object({ sku: z.string().min(1), quantity: z.int().default(1), note: z.string().nullable().optional() }),
}) {}

it('a copy of valid fields shares nothing that can be changed', () => {
  const { contract } = Nested;
  const fields = contract.copyInput({ lines: [{ sku: 'a', tags: { colour: 'red' } }], note: null });
  const before = structuredClone(fields);
  const copy = contract.copyValid(fields);
  expect(copy).toEqual(before);
  z.object({ lines: z.array(z.looseObject({ tags: z.looseObject({}) })) }).parse(copy);
  const [line] = Array.isArray(copy['lines']) ? copy['lines'] : [];
  line.tags.colour = 'blue';
  line.sku = 'b';
  copy['note'] = 'changed';
  expect(fields).toEqual(before);
});

it('a field that has the name of the prototype stays a field', () => {
  const fields = JSON.parse('{"lines":[{"sku":"a","tags":{"__proto__":"x"}}],"note":null}');
  const copy = Nested.contract.copyValid(fields);
  expect(JSON.stringify(copy)).toBe(JSON.stringify(fields));
  expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
});

it('flat fields need no copy: a message that is restored from them is an object of its own', () => {
  const { contract } = Flat;
  const fields = contract.copyInput({ sku: 'a' });
  const message = Flat.restore(contract.copyValid(fields));
  Object.assign(message, { sku: 'changed' });
  expect(fields).toEqual({ sku: 'a', quantity: 1 });
});
