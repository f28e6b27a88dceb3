import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { guarded } from './guarded.js';

/** Its time grows with the square of the length: what the first part takes the last could take too. */
const quadratic = z
  .string()
  .max(200)
  .regex(/^[ -~]*[!-~][ -~]*$/, 'is no name');
const hostile = `${'a'.repeat(65_000)}\u0001`;

/** Milliseconds of this thread's processor time; the fastest of three, since the first is compiled on the way. */
function processorMs(work: () => void): number {
  const once = (): number => {
    const before = process.threadCpuUsage();
    work();
    const { user, system } = process.threadCpuUsage(before);
    return (user + system) / 1_000;
  };
  return Math.min(once(), once(), once());
}

const pathsOf = (schema: z.ZodType, value: unknown) =>
  guarded(schema)
    .safeParse(value)
    .error?.issues.map(({ path, code }) => `/${path.join('/')} ${code}`);

describe('what is too long', () => {
  it.each([
    ['as it is', quadratic, hostile],
    ['in an object', z.object({ name: quadratic }), { name: hostile }],
    ['in a list', z.array(quadratic), [hostile]],
    [
      'optional, with a default, or null',
      z.object({ name: quadratic.nullable().default('x').optional() }),
      { name: hostile },
    ],
    ['in a union', z.union([z.object({ a: quadratic }), z.object({ b: quadratic })]), { b: hostile }],
    ['in a tuple', z.tuple([z.int()], quadratic), [1, hostile]],
    ['in a record', z.record(z.string(), quadratic), { x: hostile }],
    ['as the name of a record', z.record(quadratic, z.int()), { [hostile]: 1 }],
    ['in an intersection', z.intersection(z.object({ a: quadratic }), z.object({})), { a: hostile }],
    ['before a transformation', quadratic.transform(Number).pipe(z.int()), hostile],
    ['in a part that refers to itself', z.lazy(() => z.object({ name: quadratic })), { name: hostile }],
    ['in a format', z.email().max(254), `${'a.'.repeat(32_000)}@`],
  ])('is refused within 5 ms %s (fault 17)', (_, schema, value) => {
    const checked = guarded<z.ZodType>(schema);
    expect(checked.safeParse(value).success).toBe(false);
    expect(processorMs(() => void checked.safeParse(value))).toBeLessThan(5);
  });

  it('is told once, and nothing else of it', () => {
    expect(pathsOf(z.object({ name: quadratic, age: z.int() }), { name: hostile, age: 'x' })).toEqual([
      '/name too_big',
      '/age invalid_type',
    ]);
  });

  it('does not hide what else is wrong with a text that is not', () => {
    expect(pathsOf(z.object({ name: quadratic.min(3) }), { name: '\u0001' })).toEqual([
      '/name invalid_format',
      '/name too_small',
    ]);
  });

  it('is refused by the copy; the declared schema stays as it was', () => {
    const [short, name] = [z.string().max(2), z.object({ name: z.string().max(2) })];
    expect([guarded(short).safeParse('abc').success, guarded(name).safeParse({ name: 'ab' }).success]).toEqual([
      false,
      true,
    ]);
    expect(guarded(name).shape.name).not.toBe(name.shape.name);
  });
});

describe('what is no text', () => {
  const password = z.object({ password: z.string().min(1).max(200) });

  it.each([
    ['the first half of a surrogate pair', 'pass-\ud83d-word'],
    ['the second half', 'pass-\ude00-word'],
    ['halves in the wrong order', '\ude00\ud83d'],
    ['U+0000', 'pass\0word'],
  ])('is refused where it stands: %s (fault 34)', (_, text) => {
    expect(pathsOf(password, { password: text })).toEqual(['/password custom']);
    expect(pathsOf(z.record(z.string(), z.int()), { [text]: 1 })).toEqual([`/${text} invalid_key`]);
  });

  it.each(['😀', 'n\u0303 and ñ', '\ufffd', '\uffff', '\ufeff', 'a\u0001b', 'ab\u202ecd'])(
    'is not what is only unusual: %j',
    (text) => expect(guarded(password).parse({ password: text })).toEqual({ password: text }),
  );
});

describe('a long list or record', () => {
  const numbers = Array.from({ length: 16_000 }, (_, n) => (n === 700 ? 'x' : n));

  it('is read whole when nothing is wrong', () => {
    const long = Array.from({ length: 16_000 }, (_, n) => n);
    expect(guarded(z.array(z.int())).parse(long)).toEqual(long);
    const record = Object.fromEntries(long.map((n) => [`f${n}`, n]));
    expect(guarded(z.record(z.string(), z.int())).parse(record)).toEqual(record);
  });

  it.each([
    ['list', z.object({ all: z.array(z.int()) }), { all: numbers }, ['/all/700 invalid_type']],
    [
      'record',
      z.object({ all: z.record(z.string(), z.int()) }),
      { all: Object.fromEntries(numbers.map((n, at) => [`f${at}`, n])) },
      ['/all/f700 invalid_type'],
    ],
  ])('is refused at its first wrong entry: a %s', (_, schema, value, problems) => {
    expect(pathsOf(schema, value)).toEqual(problems);
  });

  it.each([
    ['list', z.array(z.object({ n: z.int() })), Array.from({ length: 16_000 }, () => ({}))],
    [
      'record',
      z.record(z.string(), z.object({ n: z.int() })),
      Object.fromEntries(numbers.map((n, at) => [`f${at}`, n])),
    ],
  ])('of which everything is wrong takes less than 20 ms: a %s (fault 17)', (_, schema, value) => {
    const checked = guarded<z.ZodType>(schema);
    expect(processorMs(() => void checked.safeParse(value))).toBeLessThan(20);
  });

  it('is told of whole while it is short', () => {
    expect(pathsOf(z.array(z.int()), Array(60).fill('x'))).toHaveLength(60);
  });
});
