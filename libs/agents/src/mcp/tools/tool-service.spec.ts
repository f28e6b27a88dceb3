import { describe, expect, it } from '@jest/globals';
import type { Principal } from '@isolith/contracts';
import { z } from 'zod';
import { govern } from '../../governor/govern.js';
import { MemoryApprovals, TooManyApprovals } from '../spec-support/memory-approvals.js';
import { lampTools, RecordingSender } from '../spec-support/tiny-tools.js';
import { ToolService } from './tool-service.js';

const customer: Principal = { service: 'gateway', user: 'u-1', roles: ['customer'] };
const DAY_MS = 24 * 60 * 60 * 1_000;

function opened() {
  const clock = { now: 0 };
  const sender = new RecordingSender();
  const approvals = new MemoryApprovals(() => clock.now);
  const service = new ToolService({
    tools: lampTools,
    govern,
    sender,
    approvals,
    decideAt: (id) => `/approvals/${id}`,
  });
  const { signal } = new AbortController();
  const call = (name: string, args: Record<string, unknown>, user = customer) =>
    service.call({ name, args, user, session: 's-1', signal });
  const light = (args: Record<string, unknown> = {}) => call('lamps_light-lamp', { lampId: 'a', ...args });
  return { clock, sender, approvals, service, call, light };
}

const refusal = z.object({
  isError: z.literal(true),
  structuredContent: z.looseObject({
    failed: z.string(),
    detail: z.string(),
    approval: z.looseObject({ id: z.string(), decideAt: z.string() }).optional(),
  }),
});
const why = (result: unknown) => refusal.parse(result).structuredContent;
const approvalOf = (result: unknown): string => z.string().parse(why(result).approval?.id);

describe('a call of a tool', () => {
  it('is made as the delegate of the user', async () => {
    const { call, sender } = opened();
    await call('lamps_get-lamp', { lampId: 'a' });
    expect(sender.sent).toMatchObject([
      { input: { lampId: 'a' }, principal: { service: 'gateway', user: 'u-1', roles: ['customer'], delegate: true } },
    ]);
  });

  it.each(['lamps_break-lamp', 'lamps_get-lamps', 'LAMPS_GET-LAMP', ''])(
    'is none where %p is no tool of theirs',
    async (name) => {
      const { call, sender } = opened();
      await expect(call(name, { lampId: 'a' })).rejects.toThrow('there is no such tool');
      expect(sender.sent).toEqual([]);
    },
  );

  it('is none for who is not signed in, even of what anyone may ask', async () => {
    const { call } = opened();
    await expect(call('lamps_get-lamp', { lampId: 'a' }, { service: 'gateway', roles: [] })).rejects.toThrow(
      'there is no such tool',
    );
  });

  it('is refused with the places where it does not fit', async () => {
    const { call, sender } = opened();
    expect(why(await call('lamps_get-lamp', { lampId: 7, idempotencyKey: 'k' }))).toMatchObject({
      failed: 'input',
      problems: expect.arrayContaining([expect.objectContaining({ pointer: '/lampId' })]),
    });
    expect(sender.sent).toEqual([]);
  });

  it('that failed, or may have had its effect, is an error', async () => {
    const { call, sender } = opened();
    sender.answers.set('lamps_get-lamp', {
      outcome: 'unknown',
      content: '{"failed":"outcome-unknown","detail":"it may have happened"}',
    });
    expect(await call('lamps_get-lamp', { lampId: 'a' })).toEqual({
      isError: true,
      content: [{ type: 'text', text: '{"failed":"outcome-unknown","detail":"it may have happened"}' }],
      structuredContent: { failed: 'outcome-unknown', detail: 'it may have happened' },
    });
  });

  it('whose answer was cut is an error, which needs no object', async () => {
    const { call, sender } = opened();
    sender.answers.set('lamps_get-lamp', { output: undefined, content: '{"lampId":"aaa' });
    expect(await call('lamps_get-lamp', { lampId: 'a' })).toMatchObject({ isError: true });
  });
});

describe('a write', () => {
  it('is not done before its user agrees, whatever its policy says: what a client has read is not known', async () => {
    const { light, sender, approvals } = opened();
    const first = await light();
    const second = await light();
    expect(why(first)).toMatchObject({
      failed: 'approval-required',
      approval: { preview: { about: { lampId: 'a' } } },
    });
    expect(why(first).approval?.decideAt).toBe(`/approvals/${approvalOf(first)}`);
    expect(approvalOf(second)).toBe(approvalOf(first));
    expect(approvals.kept.size).toBe(1);
    expect(sender.sent).toEqual([]);
  });

  it('that can not be looked at beforehand is not asked about', async () => {
    const { light, sender, approvals } = opened();
    sender.answers.set('preview', { outcome: 'failed', content: '{"failed":"no-lamp"}' });
    expect(await light()).toEqual({ isError: true, content: [{ type: 'text', text: '{"failed":"no-lamp"}' }] });
    expect(approvals.kept.size).toBe(0);
  });

  it('is done once after it was approved, and asks again afterwards', async () => {
    const { light, sender, approvals } = opened();
    const first = approvalOf(await light());
    approvals.decide(first, 'approved');
    expect(await light()).toMatchObject({ structuredContent: { isLit: true } });
    const again = approvalOf(await light());
    expect(again).not.toBe(first);
    expect(sender.sent).toHaveLength(1);
    approvals.decide(again, 'approved');
    await light();
    expect(new Set(sender.sent.map(({ id }) => id)).size).toBe(2);
  });

  it('is done once by many calls at once', async () => {
    const { light, sender, approvals } = opened();
    approvals.decide(approvalOf(await light()), 'approved');
    await Promise.all(Array.from({ length: 20 }, () => light()));
    expect(sender.sent).toHaveLength(1);
  });

  it('with a key is answered again as it was, without a second effect or approval', async () => {
    const { light, sender, approvals } = opened();
    approvals.decide(approvalOf(await light({ idempotencyKey: 'k-1' })), 'approved');
    const first = await light({ idempotencyKey: 'k-1' });
    expect(await light({ idempotencyKey: 'k-1' })).toEqual(first);
    expect(sender.sent).toHaveLength(1);
    expect(why(await light({ idempotencyKey: 'k-2' })).failed).toBe('approval-required');
  });

  it('is not done by the approval of another user, another input or another tool', async () => {
    const { light, call, sender, approvals } = opened();
    approvals.decide(approvalOf(await light()), 'approved');
    const other: Principal = { service: 'gateway', user: 'u-2', roles: ['customer', 'admin'] };
    expect(why(await call('lamps_light-lamp', { lampId: 'a' }, other)).failed).toBe('approval-required');
    expect(why(await light({ lampId: 'b' })).failed).toBe('approval-required');
    expect(why(await call('lamps_break-lamp', { lampId: 'a' }, { ...other, user: 'u-1' })).failed).toBe(
      'approval-required',
    );
    expect(sender.sent).toEqual([]);
  });

  it('that was refused stays refused until its time is over', async () => {
    const { light, clock, sender, approvals } = opened();
    const first = approvalOf(await light());
    approvals.decide(first, 'refused');
    expect(why(await light()).failed).toBe('approval-refused');
    clock.now = DAY_MS;
    expect(approvalOf(await light())).not.toBe(first);
    expect(sender.sent).toEqual([]);
  });

  it('that was approved is not done when its time is over', async () => {
    const { light, clock, sender, approvals } = opened();
    approvals.decide(approvalOf(await light()), 'approved');
    clock.now = DAY_MS;
    expect(why(await light()).failed).toBe('approval-required');
    expect(sender.sent).toEqual([]);
  });

  it('is not asked for without a bound', async () => {
    const { light } = opened();
    for (const lampId of ['a', 'b', 'c', 'd', 'e']) await light({ lampId });
    await expect(light({ lampId: 'f' })).rejects.toThrow(TooManyApprovals);
  });

  it.each(['', 'a b', 'a'.repeat(201), 7])('is refused with %p for a key', async (idempotencyKey) => {
    const { light } = opened();
    expect(why(await light({ idempotencyKey }))).toMatchObject({ failed: 'input' });
  });

  it.each([{ approved: true }, { approvalId: 'x' }, { inputResponses: { approve: { action: 'accept' } } }])(
    'is not done by what its client sends: %p',
    async (forged) => {
      const { light, sender } = opened();
      expect(why(await light(forged)).failed).toBe('input');
      expect(sender.sent).toEqual([]);
    },
  );
});
