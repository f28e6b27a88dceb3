import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { wireValues } from './wire-values.js';

describe('parameters of a grouped statement', () => {
  it('are written as text, bytes or null', () => {
    const bytes = Buffer.from('x');
    expect(wireValues(['text', 1.5, true, 12n, null, undefined, bytes])).toEqual([
      'text',
      '1.5',
      'true',
      '12',
      null,
      null,
      bytes,
    ]);
  });

  it.each([
    [['a', 1, false, null], '{"a",1,false,NULL}'],
    [['NULL', '', 'a,b'], '{"NULL","","a,b"}'],
    [['quo"te', 'back\\slash', '{}'], '{"quo\\"te","back\\\\slash","{}"}'],
    [[], '{}'],
  ])('of an array are a literal that nothing in it can leave: %j', (array, literal) => {
    expect(wireValues([array])).toEqual([literal]);
  });

  it.each([[new Date()], [{ a: 1 }], [[new Date()]], [[['nested']]], [[Buffer.from('x')]], [[undefined]]])(
    'that only the driver knows how to write are left to it, all of them: %j',
    (value) => {
      expect(wireValues(['text', value])).toBeUndefined();
    },
  );

  it('are what the driver writes, whatever the text', () => {
    const { prepareValue } = z
      .object({ prepareValue: z.custom<(value: unknown) => unknown>((found) => typeof found === 'function') })
      .parse(createRequire(import.meta.url)('pg/lib/utils.js'));
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('"', '\\', ',', '{', '}', ' ', 'NULL', '\n', "'"),
        fc.string({ unit: 'binary', maxLength: 3 }),
      ),
      maxLength: 12,
    });
    const bare = fc.oneof(
      text,
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.bigInt(),
      fc.constantFrom(null, undefined),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    const array = fc.array(fc.oneof(text, fc.constant(null)));
    fc.assert(
      fc.property(fc.array(fc.oneof(bare, array)), (values) => {
        expect(wireValues(values)).toEqual(values.map((value) => prepareValue(value)));
      }),
    );
  });
});
