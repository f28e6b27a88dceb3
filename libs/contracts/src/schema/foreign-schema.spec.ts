import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { z as z3 } from 'zod/v3';
import { command, event, failure, foreignSchema } from '../index.js';

/** As a compiler that was not asked lets it through. */
const anyway = (schema: unknown): z.ZodObject => z.custom<z.ZodObject>().parse(schema);
const three = anyway(z3.object({ sku: z3.string() }));

describe('a schema of another zod', () => {
  it.each([
    ['a command', () => command('stock.take', { input: three })],
    ['an output', () => command('stock.take', { input: z.object({}), output: three })],
    ['an event', () => event('stock.take', { input: three, key: 'sku' })],
    ['a failure', () => failure('stock.take', { data: three, status: 409, detail: '' })],
  ])('is refused for %s in a sentence that says what was found and what is needed', (_, declare) => {
    expect(declare).toThrow(
      /^stock\.take(?: \(output\))?: a schema of zod 3 was found; schemas of zod 4 are needed: npm install zod@4, and npm ls zod tells who brings another one$/,
    );
  });

  it('is found within one of ours, with its place', () => {
    expect(foreignSchema(z.object({ lines: z.array(three) }))).toMatch(/^a schema of zod 3 was found at \/lines\/\*; /);
  });

  it.each([undefined, null, 'text', {}])('is told apart from what is none: %p', (schema) => {
    expect(foreignSchema(schema)).toMatch(/was found, which is no schema of zod; /);
  });

  it('is no schema of ours, of either kind', () => {
    expect(foreignSchema(z.object({ sku: z.string().optional() }))).toBeUndefined();
  });
});
