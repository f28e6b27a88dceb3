import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { at, problemsOf } from './schema-check.js';

const schema = {
  ...z.toJSONSchema(
    z.object({
      orderId: z.uuid(),
      lines: z.array(z.object({ sku: z.string().min(1), quantity: z.int().min(1).max(99) })).min(1),
    }),
  ),
};
const right = { orderId: '7d44c5f0-6b5d-4a0e-9d43-3a1f2f6f1c11', lines: [{ sku: 'a', quantity: 1 }] };

describe('a value that is checked against its schema', () => {
  it('is right when it fits', () => {
    expect(problemsOf(schema, right)).toEqual([]);
  });

  it('says at each field what is wrong there', () => {
    const problems = problemsOf(schema, { ...right, lines: [{ sku: '', quantity: 100 }] });
    expect(problems.map(({ pointer }) => pointer)).toEqual(['/lines/0/sku', '/lines/0/quantity']);
    expect(at('/lines/0/quantity', problems)).toHaveLength(1);
  });

  it('says what is missing where it should be', () => {
    expect(problemsOf(schema, { lines: right.lines }).map(({ pointer }) => pointer)).toContain('/orderId');
  });

  it('takes what is not there for nothing', () => {
    expect(problemsOf(schema, undefined).length).toBeGreaterThan(0);
  });
});
