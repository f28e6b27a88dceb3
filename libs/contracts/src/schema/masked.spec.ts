import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { MASK, masked, personal, personalPaths, secret } from '../index.js';

const text = z.string();
const Name = personal(text);
const Person = z.object({ name: Name, born: z.int() });

interface Comment {
  by: string;
  text: string;
  replies?: Comment[] | undefined;
}
const Comment: z.ZodType<Comment> = z.lazy(() =>
  z.object({ by: personal(text), text, replies: z.array(Comment).optional() }),
);

describe('a masked value', () => {
  it.each<[string, z.ZodType, unknown, unknown]>([
    ['a field', Person, { name: 'Ada', born: 1 }, { name: MASK, born: 1 }],
    ['a secret', z.object({ key: secret(text) }), { key: 'k' }, { key: MASK }],
    ['the whole', Name, 'Ada', MASK],
    ['null', z.object({ name: Name.nullable() }), { name: null }, { name: MASK }],
    ['what is absent', z.object({ name: Name.optional() }), {}, {}],
    ['an object', z.object({ who: personal(Person) }), { who: { name: 'Ada', born: 1 } }, { who: MASK }],
    ['items', z.array(Person), [{ name: 'Ada', born: 1 }], [{ name: MASK, born: 1 }]],
    ['items of their own', z.object({ names: z.array(Name) }), { names: ['Ada', 'Bob'] }, { names: [MASK, MASK] }],
    ['entries', z.record(text, Person), { a: { name: 'Ada', born: 1 } }, { a: { name: MASK, born: 1 } }],
    ['names of entries', z.record(personal(text), z.int()), { ada: 1 }, MASK],
    ['a place of a tuple', z.tuple([text, Name], Name), ['a', 'Ada', 'Bob'], ['a', MASK, MASK]],
    ['either', z.union([z.object({ id: text }), Person]), { name: 'Ada', born: 1 }, { name: MASK, born: 1 }],
    ['what might be it', z.union([z.literal('none'), Name]), 'none', MASK],
    [
      'both halves',
      z.intersection(z.object({ a: Name }), z.object({ b: text })),
      { a: 'x', b: 'y' },
      { a: MASK, b: 'y' },
    ],
    ['what else there is', z.object({ id: text }).catchall(Name), { id: '1', more: 'Ada' }, { id: '1', more: MASK }],
    [
      'what is named as a part of every object',
      z.object({}).catchall(Name),
      { constructor: 'x' },
      { constructor: MASK },
    ],
    ['wrapped', Person.readonly().optional(), { name: 'Ada', born: 1 }, { name: MASK, born: 1 }],
    ['used twice', z.object({ from: Person, to: Person }), twice('Ada'), twice(MASK)],
    [
      'at every depth',
      Comment,
      { by: 'Ada', text: 'a', replies: [{ by: 'Bob', text: 'b', replies: [{ by: 'Cy', text: 'c' }] }] },
      { by: MASK, text: 'a', replies: [{ by: MASK, text: 'b', replies: [{ by: MASK, text: 'c' }] }] },
    ],
  ])('hides %s', (_, schema, value, shown) => {
    expect(masked(schema, value)).toEqual(shown);
  });

  it('is a copy, with nothing of what it was made of', () => {
    const value = { from: { name: 'Ada', born: 1 } };
    const shown = masked(z.object({ from: Person }), value);
    expect(value.from.name).toBe('Ada');
    expect(shown).not.toHaveProperty('from', value.from);
  });

  it('holds no personal text, and all of the rest', () => {
    const schema = z.object({ people: z.array(Person), notes: z.record(text, z.object({ by: Name, text })) });
    const person = fc.record({ name: fc.constant('Ada Augusta'), born: fc.integer() });
    const notes = fc.dictionary(fc.string(), fc.record({ by: fc.constant('Ada Augusta'), text: fc.string() }));
    fc.assert(
      fc.property(fc.record({ people: fc.array(person), notes }), (value) => {
        const shown = masked(schema, value);
        expect(JSON.stringify(shown)).not.toContain('Augusta');
        expect(JSON.stringify(shown)).toBe(JSON.stringify(value).replaceAll('Ada Augusta', MASK));
      }),
    );
  });
});

it('what is personal is found at each place where a schema is used', () => {
  expect(personalPaths(z.object({ from: Person, to: Person }))).toEqual(['/from/name', '/to/name']);
  expect(personalPaths(Comment)).toEqual(['/by']);
});

function twice(name: string): object {
  return { from: { name, born: 1 }, to: { name, born: 2 } };
}
