import { describe, expect, it } from '@jest/globals';
import {
  anyone,
  command,
  ConcurrencyError,
  ContractViolationError,
  failure,
  ForbiddenError,
  HandlerError,
  IdempotencyConflictError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  personal,
  query,
  RevokedError,
  UnauthenticatedError,
  UnlistedFailure,
} from '@isolith/contracts';
import { CallInsideUnitError, currentScope, dispatchOptionsOf, runAs } from '@isolith/message-bus';
import type { CommandBus, QueryBus } from '@nestjs/cqrs';
import { z } from 'zod';
import { read, write } from './entries.js';
import { auto } from './policies.js';
import type { ToolAnswer } from './tool-answer.js';
import { ToolCalls, type Buses, type ToolCall } from './tool-calls.js';
import type { Tool } from './tool.js';
import { tools } from './tools.js';

class Full extends failure('shelf.full', { status: 409, detail: 'the shelf is full' }) {}
class Busy extends failure('shelf.busy', { status: 503, retryable: true, detail: 'the shelf is being cleaned' }) {}
class GetBook extends query('shelf.get-book', {
  input: z.object({ id: z.string().max(40) }),
  output: z.object({ id: z.string(), text: z.string(), owner: personal(z.string()).optional() }),
  failures: [Busy],
  access: [anyone()],
}) {}
class PutBook extends command('shelf.put-book', {
  input: z.object({ id: z.string().max(40), copies: z.int().default(1) }),
  failures: [Full, Busy],
  access: [anyone()],
}) {}

const previewed = write(PutBook, { policy: auto('why not'), preview: ({ id }) => new GetBook({ id }) });
const [getBook, putBook] = [...tools({ read: [GetBook] }), ...tools({ write: [previewed] })];

/** What a bus was given, and in whose name. */
interface Sent {
  readonly message: object;
  readonly by: 'command' | 'query';
  readonly options: ReturnType<typeof dispatchOptionsOf>;
  readonly scope: ReturnType<typeof currentScope>;
}

function shelf(answer: (message: object) => unknown): { sent: Sent[]; errors: Error[]; calls: ToolCalls } {
  const sent: Sent[] = [];
  const errors: Error[] = [];
  const bus = (by: Sent['by']): Buses['commands'] => ({
    execute: async (message) => {
      sent.push({ message, by, options: dispatchOptionsOf(message), scope: currentScope() });
      return answer(message);
    },
  });
  const buses = { commands: bus('command'), queries: bus('query') };
  const calls = new ToolCalls({ context: 'assistant', buses, timeoutMs: 500, onError: (error) => errors.push(error) });
  return { sent, errors, calls };
}

const of = (tool: Tool | undefined, input: object, signal = new AbortController().signal): ToolCall => {
  if (tool === undefined) throw new Error('expected a tool');
  // What principals say of themselves does not count.
  const principal = { service: 'orders', user: 'ada', roles: ['customer'] };
  return { tool, input: { ...input }, id: 'call-1', principal, signal, correlationId: 'run-1' };
};
const reading = (id = 'a'): ToolCall => of(getBook, { id });
const writing = (id = 'a'): ToolCall => of(putBook, { id });
const throwing = (error: unknown) => (): never => {
  throw error;
};
const told = ({ content }: ToolAnswer): unknown => JSON.parse(content);

describe('a call of a tool', () => {
  it('is sent as a delegate of the context, with its id, its bound and its correlation', async () => {
    const { sent, calls } = shelf(() => undefined);
    await calls.call(writing());
    const principal = { service: 'assistant', user: 'ada', roles: ['customer'], delegate: true };
    expect(sent).toEqual([
      {
        message: new PutBook({ id: 'a', copies: 1 }),
        by: 'command',
        options: { id: 'call-1', byId: true, timeoutMs: 500, principal },
        scope: { context: 'assistant', correlationId: 'run-1', principal },
      },
    ]);
    expect(sent[0]?.message).toBeInstanceOf(PutBook);
    // An id that somebody has chosen stands for one input only.
    await calls.call({ ...writing(), idIsChosen: true });
    expect(sent[1]?.options).toMatchObject({ id: 'call-1', byId: false });
  });

  it('that reads has no id that a command could have', async () => {
    const { sent, calls } = shelf(() => ({ id: 'a', text: 't' }));
    await calls.call(reading());
    expect(sent).toMatchObject([{ by: 'query', options: { timeoutMs: 500 } }]);
    expect(sent[0]?.options).not.toHaveProperty('id');
  });

  it('is done with the answer, without what is personal and what the contract does not name', async () => {
    const { calls } = shelf(() => ({ id: 'a', text: 't', owner: 'Ada', more: 'Ada' }));
    const answer = await calls.call(reading());
    const output = { id: 'a', text: 't', owner: '***' };
    expect(answer).toEqual({
      outcome: 'done',
      retryable: false,
      untrusted: true,
      content: JSON.stringify(output),
      output,
    });
  });

  it('is done without an answer where there is none', async () => {
    const { calls } = shelf(() => undefined);
    expect(await calls.call(writing())).toEqual({
      outcome: 'done',
      retryable: false,
      untrusted: false,
      content: '{"done":true}',
    });
  });

  it.each(['x', '"', '\u00e9', '\u{1f4d6}', 'x\u{1f4d6}'])(
    'is cut to 64 KiB and says so, whatever it is full of (%j)',
    async (letter) => {
      const { calls } = shelf(() => ({ id: 'a', text: letter.repeat(100_000) }));
      const { content, outcome, ...rest } = await calls.call(reading());
      expect(outcome).toBe('done');
      expect(rest).not.toHaveProperty('output');
      expect(Buffer.byteLength(content)).toBeLessThanOrEqual(65_536);
      expect(Buffer.byteLength(content)).toBeGreaterThan(60_000);
      expect(JSON.parse(content)).toMatchObject({ note: expect.stringMatching(/only its beginning is here/) });
    },
  );

  it.each<[string, unknown, Partial<ToolAnswer>, Partial<ToolAnswer>]>([
    ['shelf.full', new Full({}), { outcome: 'failed', retryable: false }, { outcome: 'failed', retryable: false }],
    ['shelf.busy', new Busy({}), { outcome: 'failed', retryable: true }, { outcome: 'failed', retryable: true }],
    ['shelf.new', new UnlistedFailure('shelf.new', 'x', 409, false), { outcome: 'failed' }, { outcome: 'failed' }],
    ['forbidden', new ForbiddenError('x'), { outcome: 'failed' }, { outcome: 'failed' }],
    ['unauthenticated', new UnauthenticatedError('x'), { outcome: 'failed' }, { outcome: 'failed' }],
    ['revoked', new RevokedError('x'), { outcome: 'failed' }, { outcome: 'failed' }],
    ['idempotency-conflict', new IdempotencyConflictError('x'), { outcome: 'failed' }, { outcome: 'failed' }],
    ['contract-violation', new ContractViolationError('x', []), { outcome: 'failed' }, { outcome: 'failed' }],
    [
      'not-delivered',
      new NotDeliveredError('x'),
      { outcome: 'failed', retryable: true },
      { outcome: 'failed', retryable: true },
    ],
    [
      'overloaded',
      new OverloadedError('x'),
      { outcome: 'failed', retryable: true },
      { outcome: 'failed', retryable: true },
    ],
    [
      'concurrency',
      new ConcurrencyError('x'),
      { outcome: 'failed', retryable: true },
      { outcome: 'failed', retryable: true },
    ],
    [
      'outcome-unknown',
      new OutcomeUnknownError('x'),
      { outcome: 'failed', retryable: true },
      { outcome: 'unknown', retryable: true },
    ],
    [
      'handler-error',
      new HandlerError('x'),
      { outcome: 'failed', retryable: false },
      { outcome: 'unknown', retryable: false },
    ],
  ])('that ends as %s is told so', async (type, error, ofRead, ofWrite) => {
    const { calls, errors } = shelf(throwing(error));
    const [read, written] = [await calls.call(reading()), await calls.call(writing())];
    expect(read).toMatchObject({ ...ofRead, untrusted: true });
    expect(written).toMatchObject(ofWrite);
    for (const answer of [read, written]) expect(told(answer)).toMatchObject({ failed: type });
    expect(errors).toEqual([]);
  });

  it('tells a failure in its own words, and nothing of the inside of an error', async () => {
    const full = await shelf(throwing(new Full({}))).calls.call(writing());
    expect(told(full)).toEqual({ failed: 'shelf.full', detail: 'the shelf is full' });
    for (const error of [
      new NotDeliveredError('amqp://secret'),
      new HandlerError('secret'),
      new Error('secret'),
      'secret',
    ])
      expect((await shelf(throwing(error)).calls.call(writing())).content).not.toContain('secret');
  });

  it('reports what is neither an outcome nor an outage, and may have run all the same', async () => {
    const broken = new Error('no handler');
    const { calls, errors } = shelf(throwing(broken));
    expect(await calls.call(writing())).toMatchObject({ outcome: 'unknown', retryable: false });
    expect(errors).toEqual([broken]);
  });

  it('has run when its answer does not fit', async () => {
    class Count extends command('shelf.count', {
      input: z.object({}),
      output: z.object({ n: z.int() }),
      access: [anyone()],
    }) {}
    const [tool] = tools({ write: [write(Count, { policy: auto('why not') })] });
    const { calls, errors } = shelf(() => ({ n: 'many' }));
    expect(await calls.call(of(tool, {}))).toMatchObject({ outcome: 'unknown' });
    expect(errors).toMatchObject([{ message: 'the answer to shelf.count does not fit its contract' }]);
  });

  it('is not sent when what was kept of it does not fit any more', async () => {
    const { calls, sent, errors } = shelf(() => undefined);
    const answer = await calls.call(of(putBook, { id: 7 }));
    expect(answer).toMatchObject({ outcome: 'failed', retryable: false });
    expect(told(answer)).toMatchObject({ failed: 'contract-violation', problems: [{ pointer: '/id' }] });
    expect([sent, errors]).toEqual([[], []]);
  });

  it('is not begun when nobody waits for it, and has an unknown outcome when nobody waits any more', async () => {
    const over = shelf(() => undefined);
    expect(await over.calls.call(of(putBook, { id: 'a' }, AbortSignal.abort()))).toMatchObject({ outcome: 'failed' });
    expect(over.sent).toEqual([]);
    const stop = new AbortController();
    const { calls, errors } = shelf(() => {
      stop.abort();
      return Promise.reject(new Error('later'));
    });
    expect(await calls.call(of(putBook, { id: 'a' }, stop.signal))).toMatchObject({ outcome: 'unknown' });
    expect(await calls.call(of(getBook, { id: 'a' }, stop.signal))).toMatchObject({ outcome: 'failed' });
    expect(errors).toEqual([]);
  });

  it('is refused inside an open unit of work, which it would hold open', async () => {
    const { calls } = shelf(() => undefined);
    const unit = { context: 'assistant', append: () => undefined };
    await expect(runAs('assistant', () => calls.call(writing()), { unit })).rejects.toThrow(CallInsideUnitError);
    await expect(runAs('assistant', () => calls.preview(writing()), { unit })).rejects.toThrow(CallInsideUnitError);
  });

  it('goes over the buses of Nest', () => {
    const given = (commands: CommandBus, queries: QueryBus): Buses => ({ commands, queries });
    expect(given).toBeInstanceOf(Function);
  });
});

describe('a preview', () => {
  it('is a query in the name of the same user, and hides the same', async () => {
    const { calls, sent } = shelf(() => ({ id: 'a', text: 't', owner: 'Ada' }));
    expect(await calls.preview(writing())).toMatchObject({ outcome: 'done', output: { owner: '***' } });
    expect(sent).toMatchObject([
      { by: 'query', message: { id: 'a' }, options: { principal: { user: 'ada', delegate: true } } },
    ]);
    expect(await calls.preview(reading())).toBeUndefined();
  });

  it('changes nothing: one that is no query is not sent', async () => {
    const [tool] = tools({
      write: [write(PutBook, { policy: auto('why not'), preview: ({ id }) => new PutBook({ id }) })],
    });
    const { calls, sent, errors } = shelf(() => undefined);
    expect(await calls.preview(of(tool, { id: 'a' }))).toMatchObject({ outcome: 'failed' });
    expect(sent).toEqual([]);
    expect(errors).toMatchObject([{ message: 'the preview of shelf_put-book is no query' }]);
  });
});

it('a tool may say that its answers are to be trusted', () => {
  expect(tools({ read: [read(GetBook, { trusted: true })] })).toMatchObject([{ untrusted: false }]);
});
