import { describe, expect, it } from '@jest/globals';
import { anyone, command, event, failure, owner, personal, query, secret, service, signedIn } from '@isolith/contracts';
import { z } from 'zod';
import { read, trusted, write } from './entries.js';
import { approve, auto } from './policies.js';
import { ToolDeclarationError, toolNamed, tools } from './tools.js';

const id = z.uuid();
const Line = z.object({ sku: z.string().max(40), quantity: z.int().min(1).default(1) });

class Gone extends failure('shelf.gone', { data: z.object({ id }), status: 404, detail: 'it is gone' }) {}
class GetBook extends query('shelf.get-book', {
  input: z.object({ id }).describe('Reads one book.'),
  output: z.object({
    id,
    title: z.string(),
    owner: z.object({ name: personal(z.string().max(9)) }),
    keepers: z.array(personal(z.email().max(99))),
  }),
  failures: [Gone],
  access: [anyone()],
}) {}
class CountBooks extends query('shelf.count-books', {
  input: z.object({}),
  output: z.int(),
  access: [anyone()],
}) {}
class GetState extends query('shelf.get-state', {
  input: z.object({ id }),
  output: z.object({ id, state: z.enum(['here', 'lent']), since: z.iso.datetime().optional() }),
  failures: [Gone],
  access: [anyone()],
}) {}
class LendBook extends command('shelf.lend-book', {
  input: z.object({
    id,
    lines: z.array(Line).max(9).optional(),
    by: z.union([z.object({ day: z.int() }), z.object({ week: z.int() })]).optional(),
    letterTo: personal(z.string().max(99)).optional(),
  }),
  failures: [Gone],
  access: [owner()],
}) {}
class Sweep extends command('shelf.sweep', { input: z.object({}), access: [service()] }) {}
class SignUp extends command('shelf.sign-up', {
  input: z.object({ email: personal(z.email().max(99)), password: secret(z.string().max(99)) }),
  access: [signedIn()],
}) {}
class BookLent extends event('shelf.book-lent', { input: z.object({ id }), key: 'id' }) {}

const lend = write(LendBook, { policy: approve('a book leaves'), destructive: false });
const problemsOf = (declare: () => unknown): readonly string[] => {
  try {
    declare();
  } catch (error) {
    if (error instanceof ToolDeclarationError) return error.problems;
    throw error;
  }
  return [];
};
const one = (...list: Parameters<typeof tools>): ReturnType<typeof tools>[number] => {
  const [tool, ...more] = tools(...list);
  if (tool === undefined || more.length > 0) throw new Error('expected one tool');
  return tool;
};

describe('a contract as a tool', () => {
  it('has the name, the words and the schemas of its contract', () => {
    expect(one({ read: [GetBook] })).toMatchObject({
      kind: 'read',
      name: 'shelf_get-book',
      title: 'Get book',
      description: 'Reads one book. Reads and changes nothing. Can fail with: gone.',
      inputSchema: {
        type: 'object',
        properties: { id: { type: 'string', format: 'uuid' } },
        required: ['id'],
        additionalProperties: false,
      },
      annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    });
    expect(one({ write: [lend] })).toMatchObject({
      kind: 'write',
      title: 'Lend book',
      description: 'Lend book (of shelf). Changes something. Can fail with: gone.',
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
      mostPerRun: 5,
    });
    expect(one({ read: [read(GetBook, { title: 'A book', description: 'Look here.' })] })).toMatchObject({
      title: 'A book',
      description: 'Look here. Reads and changes nothing. Can fail with: gone.',
    });
  });

  it('is closed at every depth, and takes what its contract takes', () => {
    const { inputSchema, read: readInput } = one({ write: [lend] });
    expect(inputSchema).toMatchObject({
      additionalProperties: false,
      properties: {
        lines: { items: { additionalProperties: false } },
        by: { anyOf: [{ additionalProperties: false }, { additionalProperties: false }] },
      },
    });
    const book = '5f0c954e-4a51-4f43-9d0b-16ce2a5b2f2a';
    expect(readInput({ id: book, lines: [{ sku: 'a' }] })).toEqual({ id: book, lines: [{ sku: 'a', quantity: 1 }] });
    expect(() => readInput({ id: book, more: 1 })).toThrow('does not fit');
  });

  it('shows the mask in the schema of what is personal, and no schema for what is no object', () => {
    expect(one({ read: [GetBook] }).outputSchema).toMatchObject({
      properties: {
        owner: { properties: { name: { const: '***' } }, additionalProperties: false },
        keepers: { items: { const: '***' } },
      },
    });
    expect(one({ read: [CountBooks] }).outputSchema).toBeUndefined();
    expect(one({ write: [lend] }).outputSchema).toBeUndefined();
  });

  it('says nothing of personal fields that need not be given, and takes none', () => {
    const { inputSchema, read: readInput } = one({ write: [lend] });
    expect(inputSchema).not.toHaveProperty('properties.letterTo');
    const id = '5f0c954e-4a51-4f43-9d0b-16ce2a5b2f2a';
    expect(() => readInput({ id, letterTo: 'Ada' })).toThrow(
      expect.objectContaining({ problems: [{ pointer: '/letterTo', detail: 'is not a known field' }] }),
    );
  });

  it('is trusted where nobody could have written a sentence, or where its author says so', () => {
    expect([GetBook, GetState, CountBooks].map((query) => one({ read: [query] }).untrusted)).toEqual([
      true,
      false,
      false,
    ]);
    expect(one({ read: [trusted(GetBook)] }).untrusted).toBe(false);
    expect(one({ read: [read(CountBooks, { trusted: false })] }).untrusted).toBe(true);
    expect(one({ write: [lend] }).untrusted).toBe(false);
  });

  it('is not trusted where a failure could hold a sentence, or a string is free in spite of its format', () => {
    class Refused extends failure('shelf.refused', {
      data: z.object({ said: z.string() }),
      status: 409,
      detail: ({ said }) => said,
    }) {}
    class Ask extends query('shelf.ask', { input: z.object({}), failures: [Refused], access: [anyone()] }) {}
    class Link extends query('shelf.link', {
      input: z.object({}),
      output: z.object({ to: z.record(z.enum(['a']), z.array(z.tuple([z.url().max(99).nullable()]))) }),
      access: [anyone()],
    }) {}
    expect([Ask, Link].map((query) => one({ read: [query] }).untrusted)).toEqual([true, true]);
  });

  it('leaves halves of an intersection open, which would refuse the fields of one another', () => {
    const half = (name: string) => z.object({ [name]: z.int() });
    class Both extends query('shelf.both', {
      input: z.object({ of: z.intersection(half('a'), half('b')) }),
      access: [anyone()],
    }) {}
    const { inputSchema, read: readInput } = one({ read: [Both] });
    expect(readInput({ of: { a: 1, b: 2 } })).toEqual({ of: { a: 1, b: 2 } });
    expect(inputSchema).toMatchObject({ properties: { of: { properties: { a: {}, b: {} } } } });
    expect(JSON.stringify(inputSchema).match(/additionalProperties/g)).toHaveLength(1);
  });

  it('gives its functions the command as it would be sent, and no two the same', () => {
    const seen: LendBook[] = [];
    const tool = one({
      write: [
        write(LendBook, {
          policy: ({ input }) => {
            seen.push(input);
            return { verdict: 'auto', why: input.id };
          },
          preview: ({ id }) => new GetBook({ id }),
          undo: (asked) => new LendBook({ id: asked.id }),
        }),
      ],
    });
    if (tool.kind === 'read') throw new Error('expected a write');
    const input = tool.read({ id: '5f0c954e-4a51-4f43-9d0b-16ce2a5b2f2a', lines: [{ sku: 'a' }] });
    const principal = { service: 'assistant', roles: [] };
    expect(tool.policy({ input, principal })).toEqual({ verdict: 'auto', why: input['id'] });
    tool.policy({ input, principal });
    expect(seen[0]).toBeInstanceOf(LendBook);
    expect(seen[0]).toEqual(seen[1]);
    expect(seen[0]?.lines).not.toBe(seen[1]?.lines);
    expect(tool.preview?.(input)).toEqual(new GetBook({ id: '5f0c954e-4a51-4f43-9d0b-16ce2a5b2f2a' }));
    expect(tool.undo?.(input)).toBeInstanceOf(LendBook);
  });

  it('is found by exactly its name', () => {
    const all = tools({ read: [GetBook, GetState] });
    expect(toolNamed(all, 'shelf_get-state')?.message).toBe(GetState);
    for (const name of ['shelf.get-state', 'SHELF_GET-STATE', 'shelf_get-state ', 'constructor'])
      expect(toolNamed(all, name)).toBeUndefined();
  });
});

describe('a list of tools', () => {
  it('is refused with all that is wrong with it', () => {
    const policy = auto('why not');
    // What the compiler refuses is tried as whoever has none would write it.
    const wrong: object = {
      read: [LendBook, BookLent, { message: 'shelf.get-chapter' }, GetBook, GetBook],
      write: [{ message: GetBook, policy }],
    };
    expect(problemsOf(() => Reflect.apply(tools, undefined, [wrong]))).toEqual([
      'shelf.lend-book is listed under read and is no query',
      'shelf.book-lent is listed under read and is no query',
      'shelf.get-chapter is no contract',
      'shelf.get-book is listed under write and is no command',
      'shelf_get-book is declared twice',
    ]);
    expect(
      problemsOf(() =>
        tools({
          write: [write(Sweep, { policy }), write(SignUp, { policy }), write(LendBook, { policy, mostPerRun: 0 })],
        }),
      ),
    ).toEqual([
      'shelf.sweep is for contexts alone: no user may ever send it, so no tool of theirs may',
      'shelf.sign-up needs what is personal at /email, /password, which a model would have to know',
      'shelf.lend-book may be called 0 times in a run, which is no whole number from 1',
    ]);
  });

  it('is refused for what no provider takes', () => {
    const long = 'x'.repeat(60);
    class Long extends query(`shelf.${long}`, { input: z.object({}), access: [anyone()] }) {}
    const names = Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`a-field-with-number-${index}`, z.int()]),
    );
    class Wide extends query('shelf.wide', { input: z.object(names), access: [anyone()] }) {}
    expect(problemsOf(() => tools({ read: [Long, Wide, read(GetState, { description: long.repeat(40) })] }))).toEqual([
      `shelf.${long} would have a name of 66 characters, 64 at most`,
      expect.stringMatching(/^shelf\.wide has a schema of \d+ characters, 16384 at most$/),
      expect.stringMatching(/^shelf\.get-state has a description of 24\d\d characters, 2000 at most$/),
    ]);
  });
});
