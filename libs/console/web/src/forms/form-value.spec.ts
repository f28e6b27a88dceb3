import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { emptyOf, numberTyped, pointerOf, replaced, without } from './form-value.js';

describe('a value that is edited', () => {
  it('is another one with another part, and the first stays', () => {
    const order = { lines: [{ sku: 'a' }, { sku: 'b' }], note: 'x' };
    expect(replaced(order, ['lines', 1, 'sku'], 'c')).toEqual({ lines: [{ sku: 'a' }, { sku: 'c' }], note: 'x' });
    expect(replaced(order, ['note'], undefined)).toEqual({ lines: order.lines });
    expect(replaced(undefined, ['a', 0], 1)).toEqual({ a: [1] });
    expect(replaced('text', ['a'], 1)).toEqual({ a: 1 });
    expect(order.lines[1]).toEqual({ sku: 'b' });
    expect(without([1, 2, 3], 1)).toEqual([1, 3]);
  });

  it('keeps a field that is called as the prototype is', () => {
    expect(Object.keys(Object(replaced({}, ['__proto__'], 1)))).toEqual(['__proto__']);
  });

  it('has pointers as problems have them', () => {
    expect(pointerOf(['lines', 0, 'a/b~c'])).toBe('/lines/0/a~1b~0c');
  });
});

it('begins with what has to be there', () => {
  const schema = z.toJSONSchema(
    z.object({
      id: z.string(),
      kind: z.enum(['a', 'b']),
      lines: z.array(z.int()),
      count: z.int(),
      note: z.string().optional(),
    }),
  );
  expect(emptyOf({ ...schema }, { ...schema })).toEqual({ id: '', kind: 'a', lines: [] });
});

it('takes numbers as numbers, and leaves to the schema what is none', () => {
  expect(['12', ' 1.5 ', '', '12a', '1e999'].map(numberTyped)).toEqual([12, 1.5, undefined, '12a', '1e999']);
});
