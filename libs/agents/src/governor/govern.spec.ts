import { describe, expect, it } from '@jest/globals';
import type { Principal } from '@isolith/contracts';
import fc from 'fast-check';
import { marketTools } from '../testing/adversaries/market/market-tools.js';
import { ADAS } from '../testing/adversaries/market/market.js';
import type { Tool } from '../tools/tool.js';
import { toolNamed } from '../tools/tools.js';
import { govern } from './govern.js';
import type { Asked, Judgement } from './judgement.js';
import { refusalText } from './refusal-text.js';

const ada: Principal = { service: 'assistant', user: 'ada', roles: ['customer'] };
const sue: Principal = { service: 'assistant', user: 'sue', roles: ['support'] };
const noted = { orderId: ADAS, note: 'ring twice' };

function judged(name: string, input: unknown, more: Partial<Asked> = {}): Judgement {
  const toolUse = { type: 'tool-use', id: '1', name: `market_${name}`, input } as const;
  const tool = toolNamed(marketTools, toolUse.name);
  return govern({ tool, toolUse, principal: ada, untrusted: false, callsOfTool: 0, ...more });
}

const writing = (change: Partial<Extract<Tool, { kind: 'write' }>>): Partial<Asked> => {
  const tool = toolNamed(marketTools, 'market_note-order');
  if (tool?.kind !== 'write') throw new Error('expected a write');
  return { tool: { ...tool, ...change } };
};

describe('a call that a model asks for', () => {
  it('runs when it reads, whatever the run has read before', () => {
    for (const untrusted of [true, false])
      expect(judged('get-order', { orderId: ADAS }, { untrusted })).toEqual({
        verdict: 'run',
        why: 'it changes nothing',
        input: { orderId: ADAS },
      });
  });

  it('runs when it writes and its policy says so', () => {
    expect(judged('note-order', noted)).toMatchObject({ verdict: 'run', input: noted });
  });

  it('waits for somebody when its policy says so, or when the run has read what somebody else wrote', () => {
    expect(judged('cancel-order', { orderId: ADAS })).toMatchObject({ verdict: 'approve', why: 'it ends an order' });
    expect(judged('note-order', noted, { untrusted: true })).toMatchObject({
      verdict: 'approve',
      why: 'this run has read text that somebody else wrote',
    });
  });

  it('is judged by what the command would be', () => {
    const refund = (amountMinor: number): unknown =>
      judged('refund-order', { orderId: ADAS, amountMinor }, { principal: sue });
    expect([1_000, 1_001, 10_001].map(refund)).toMatchObject([
      { verdict: 'run' },
      { verdict: 'approve' },
      { verdict: 'refuse', type: 'policy' },
    ]);
  });

  it.each<[string, Judgement, string]>([
    ['there is no such tool', judged('grant-role', {}), 'unknown-tool'],
    [
      'it is another tool',
      judged('close-account', {}, { tool: toolNamed(marketTools, 'market_ring-bell') }),
      'unknown-tool',
    ],
    ['its user may not do it', judged('refund-order', { orderId: ADAS, amountMinor: 1 }), 'access'],
    [
      'a context might',
      judged('refund-order', { orderId: ADAS, amountMinor: 1 }, { principal: { service: 'market', roles: [] } }),
      'access',
    ],
    ['its policy forbids it', judged('close-account', {}), 'policy'],
    ['its policy throws', judged('ring-bell', {}), 'policy'],
    ['it was called often enough', judged('note-order', noted, { callsOfTool: 3 }), 'too-often'],
    ['nobody knows how often it was called', judged('note-order', noted, { callsOfTool: Number.NaN }), 'too-often'],
    ['its input is none', judged('note-order', undefined), 'input'],
    ['its input is too large', judged('note-order', { ...noted, note: 'x'.repeat(70_000) }), 'input'],
  ])('is refused when %s', (_, judgement, type) => {
    expect(judgement).toMatchObject({ verdict: 'refuse', type });
  });

  it.each<[string, () => unknown]>([
    ['undefined', () => undefined],
    ['a promise', () => Promise.resolve({ verdict: 'auto', why: 'late' })],
    ['a verdict of its own', () => ({ verdict: 'yes', why: '' })],
    ['a verdict without a reason', () => ({ verdict: 'auto' })],
    [
      'what throws when it is looked at',
      () =>
        new Proxy(
          {},
          {
            get: () => {
              throw new Error('no');
            },
          },
        ),
    ],
  ])('is refused when its policy answers %s', (_, policy) => {
    const broken = writing({ policy: (asked) => Reflect.apply(policy, undefined, [asked]) });
    expect(judged('note-order', noted, broken)).toMatchObject({ verdict: 'refuse', type: 'policy' });
  });

  it('says nothing of what a policy threw but its kind', () => {
    const policy = (): never => {
      throw new RangeError('the customer Ada Augusta King owes 10');
    };
    const judgement = judged('note-order', noted, writing({ policy }));
    expect(JSON.stringify(judgement)).toContain('RangeError');
    expect(JSON.stringify(judgement)).not.toContain('King');
  });

  it('tells where the input does not fit', () => {
    const judgement = judged('note-order', { orderId: 'none', extra: 1 });
    if (judgement.verdict !== 'refuse') throw new Error('expected a refusal');
    expect(JSON.parse(refusalText(judgement))).toEqual({
      refused: 'input',
      why: 'the input does not fit',
      problems: [
        { pointer: '/orderId', detail: 'Invalid UUID' },
        { pointer: '/note', detail: expect.any(String) },
        { pointer: '/extra', detail: 'is not a known field' },
      ],
    });
  });

  it('has a bound for its input that no contract needs to state', () => {
    const loose = writing({ read: (input) => ({ input }) });
    expect(judged('note-order', 'x'.repeat(65_000), loose)).toMatchObject({ verdict: 'run' });
    for (const input of ['x'.repeat(65_536), Array.from({ length: 100 }).reduce<unknown>((inner) => [inner], 1)])
      expect(judged('note-order', input, loose)).toMatchObject({ verdict: 'refuse', type: 'input' });
  });

  it('is judged, whatever its input is', () => {
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
      fc.record({ orderId: fc.constant(ADAS), note: fc.anything() }),
    );
    fc.assert(
      fc.property(anything, fc.constantFrom(...marketTools.map(({ name }) => name.slice(7))), (input, name) => {
        expect(['run', 'approve', 'refuse']).toContain(judged(name, input).verdict);
      }),
      { numRuns: 1_000 },
    );
  });
});
