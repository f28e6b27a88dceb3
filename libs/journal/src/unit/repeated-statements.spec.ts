import { expect, it } from '@jest/globals';
import { repeated } from './repeated-statements.js';

let nth = 0;
const fresh = (tail = ''): string => `SELECT ${(nth += 1)}::int AS fresh${tail}`;
const nameAfter = (uses: number, text: string): string | undefined =>
  Array.from({ length: uses }, () => repeated(text, [])).at(-1)?.name;

it('a statement gets a name once its text has come often, and its values are those of the call', () => {
  const text = fresh(' WHERE $1');
  expect(nameAfter(5, text)).toBeUndefined();
  const named = repeated(text, ['a']);
  expect(named).toMatchObject({ text, values: ['a'], name: expect.any(String) });
  expect(repeated(text, ['b'])).toEqual({ ...named, values: ['b'] });
});

it.each([
  ', t.* FROM t',
  ', t . * FROM t',
  ', * FROM t',
  ' UNION SELECT * FROM t',
  ' UNION SELECT DISTINCT ON (a) * FROM t',
  ' FROM (SELECT a, *) t',
])('one with a star for columns never does, since a release that adds a column would break it: %s', (tail) => {
  expect(nameAfter(20, fresh(tail))).toBeUndefined();
});

it.each([
  ', count(*) FROM t',
  ', COUNT(*)',
  " WHERE a > $1 * interval '1 ms'",
  ', (a*b) FROM t',
  ', (a)*(b) FROM t',
  ', 2 * limits FROM t',
])('one that counts rows or multiplies does: %s', (tail) => {
  expect(nameAfter(20, fresh(tail))).toEqual(expect.any(String));
});

it('texts that never come again leave nothing, and only so many get a name', () => {
  for (let times = 0; times < 5_000; times += 1) repeated(fresh(), []);
  const names = new Set(Array.from({ length: 300 }, () => nameAfter(6, fresh())));
  expect(names).toContain(undefined);
  expect(names.size).toBeLessThanOrEqual(201);
});
