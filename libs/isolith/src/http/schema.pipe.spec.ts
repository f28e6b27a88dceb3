import { describe, expect, it } from '@jest/globals';
import { ContractViolationError } from '@isolith/contracts';
import type { ArgumentMetadata } from '@nestjs/common';
import fc from 'fast-check';
import { z } from 'zod';
import { listQuery } from './lists.js';
import { SchemaPipe } from './schema.pipe.js';

const order = z.object({
  lines: z.array(z.object({ sku: z.string(), quantity: z.int().min(1) })).min(1),
  note: z.string().optional(),
});
const run = (schema: z.ZodType, value: unknown, type: ArgumentMetadata['type'] = 'body') =>
  new SchemaPipe().transform(value, { type, schema });
const problemsIn = async (schema: z.ZodType, value: unknown) => {
  const thrown: unknown = await run(schema, value).catch((error: unknown) => error);
  if (!(thrown instanceof ContractViolationError)) throw new Error('accepted');
  return thrown.problems;
};
const pointers = async (schema: z.ZodType, value: unknown) =>
  (await problemsIn(schema, value)).map(({ pointer }) => pointer);

describe('a body', () => {
  it('that fits is what the schema makes of it', async () => {
    await expect(run(order, { lines: [{ sku: 'A', quantity: 1 }] })).resolves.toEqual({
      lines: [{ sku: 'A', quantity: 1 }],
    });
  });

  it('that does not fit is refused with a pointer to each place', async () => {
    await expect(pointers(order, { lines: [{ sku: 1, quantity: 0 }] })).resolves.toEqual([
      '/lines/0/sku',
      '/lines/0/quantity',
    ]);
    await expect(pointers(order, undefined)).resolves.toEqual(['']);
  });

  it.each([
    ['at the top', { lines: [{ sku: 'A', quantity: 1 }], notes: 'x' }, '/notes'],
    ['deep inside', { lines: [{ sku: 'A', quantity: 1, 'a/b~c': 1 }] }, '/lines/0/a~1b~0c'],
  ])('with an unknown field %s is refused there', async (_, value, pointer) => {
    await expect(problemsIn(order, value)).resolves.toEqual([{ pointer, detail: 'is not a known field' }]);
  });

  it('of a strict schema is refused at the field too', async () => {
    await expect(problemsIn(z.object({ inner: z.strictObject({}) }), { inner: { x: 1 } })).resolves.toEqual([
      { pointer: '/inner/x', detail: 'is not a known field' },
    ]);
  });

  it('with any one field renamed is never accepted', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('lines', 'note'), fc.stringMatching(/^[a-z]{6,9}$/), async (field, other) => {
        const valid: Record<string, unknown> = { lines: [{ sku: 'A', quantity: 1 }], note: 'x' };
        const { [field]: moved, ...rest } = valid;
        const places = await pointers(order, { ...rest, [other]: moved });
        expect(places.some((place) => place === `/${field}` || place === `/${other}`)).toBe(true);
      }),
    );
  });

  it('with many errors gets fifty, with thousands the first', async () => {
    const wrong = (count: number) => ({ lines: Array.from({ length: count }, () => ({ sku: 1, quantity: 1 })) });
    await expect(problemsIn(order, wrong(60))).resolves.toHaveLength(50);
    await expect(pointers(order, wrong(5_000))).resolves.toEqual(['/lines/0/sku']);
  });

  it('with a text beyond its bound is refused within 5 ms, whatever its pattern would have done (fault 17)', async () => {
    const name = z.object({
      name: z
        .string()
        .max(200)
        .regex(/^[ -~]*[!-~][ -~]*$/),
    });
    const hostile = { name: `${'a'.repeat(65_000)}\u0001` };
    await expect(pointers(name, hostile)).resolves.toEqual(['/name']);
    const times: number[] = [];
    for (let tries = 0; tries < 3; tries += 1) {
      const before = process.threadCpuUsage();
      await pointers(name, hostile);
      const { user, system } = process.threadCpuUsage(before);
      times.push((user + system) / 1_000);
    }
    expect(Math.min(...times)).toBeLessThan(5);
  });
});

describe("a list's query", () => {
  it.each([
    [{}, { limit: 20 }],
    [{ limit: '100' }, { limit: 100 }],
    [
      { limit: '1', cursor: 'abc' },
      { limit: 1, cursor: 'abc' },
    ],
  ])('%p is read as %p', async (query, read) => {
    await expect(run(listQuery, query, 'query')).resolves.toEqual(read);
  });

  it.each([['0'], ['101'], ['1e1'], ['-1'], ['']])('with limit %p is refused at /limit', async (limit) => {
    await expect(pointers(listQuery, { limit })).resolves.toEqual(['/limit']);
  });
});

it('leaves arguments without a schema alone', async () => {
  await expect(new SchemaPipe().transform({ any: 1 }, { type: 'body' })).resolves.toEqual({ any: 1 });
});
