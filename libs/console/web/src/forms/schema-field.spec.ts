import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { fieldOf, resolved } from './schema-field.js';

const of = (schema: z.ZodType) => {
  const json = z.toJSONSchema(schema);
  return fieldOf({ ...json }, { ...json });
};

describe('the form of a schema', () => {
  it('asks by kind', () => {
    expect(of(z.string().max(20))).toEqual({ kind: 'text', format: undefined, longest: 20 });
    expect(of(z.iso.datetime())).toMatchObject({ kind: 'text', format: 'date-time' });
    expect(of(z.int())).toEqual({ kind: 'number', isWhole: true });
    expect(of(z.number())).toEqual({ kind: 'number', isWhole: false });
    expect(of(z.boolean())).toEqual({ kind: 'switch' });
    expect(of(z.enum(['a', 'b']))).toEqual({ kind: 'choice', options: ['a', 'b'] });
    expect(of(z.literal('card'))).toEqual({ kind: 'fixed', value: 'card' });
    expect(of(z.string().nullable())).toMatchObject({ kind: 'text' });
    expect(of(z.union([z.literal('x'), z.literal('y')]))).toEqual({ kind: 'choice', options: ['x', 'y'] });
  });

  it('has the fields of objects, which it says are required, and the items of lists', () => {
    const order = of(z.object({ lines: z.array(z.object({ sku: z.string() })), note: z.string().optional() }));
    expect(order).toMatchObject({
      kind: 'group',
      fields: [
        { name: 'lines', isRequired: true },
        { name: 'note', isRequired: false },
      ],
    });
  });

  it('leaves to JSON what it cannot show', () => {
    expect(of(z.union([z.object({ a: z.string() }), z.object({ b: z.int() })]))).toEqual({ kind: 'json' });
    expect(of(z.record(z.string(), z.int()))).toEqual({ kind: 'json' });
    expect(of(z.unknown())).toEqual({ kind: 'json' });
  });

  it('follows references, and comes back from those that lead nowhere or to themselves', () => {
    const root = { $defs: { 'a/b': { type: 'integer' }, self: { $ref: '#/$defs/self' } } };
    expect(fieldOf({ $ref: '#/$defs/a~1b' }, root)).toEqual({ kind: 'number', isWhole: true });
    expect(resolved({ $ref: '#/$defs/nowhere' }, root)).toEqual({});
    expect(fieldOf({ $ref: '#/$defs/self' }, root)).toEqual({ kind: 'json' });
  });
});
