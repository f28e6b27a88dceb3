import { describe, expect, it } from '@jest/globals';
import type { Waiting } from '@isolith/message-bus';
import { judge, nothingSeen, type Seen } from './judge.js';

type Fact = Partial<Waiting> & Pick<Waiting, 'waitedMs'>;

const waiting = (fact: Fact): Waiting => ({
  kind: 'relay',
  name: 'orders > mails',
  reason: 'r',
  lookAt: '/actuator/projections',
  ...fact,
});

/**
 * Given a host that began at 0; when it looks at these moments and finds this; then these are named at the last one.
 */
function named(...looks: readonly (readonly [second: number, ...facts: readonly Fact[]])[]): readonly string[] {
  let seen: Seen = nothingSeen(0);
  let findings: readonly string[] = [];
  for (const [second, ...facts] of looks) {
    const judged = judge(seen, facts.map(waiting), second * 1_000);
    seen = judged.seen;
    findings = judged.findings.map(({ kind, name }) => `${kind} ${name}`);
  }
  return findings;
}
/** Looks every second from a second to another, each finding what `at` says. */
const each = (
  from: number,
  to: number,
  at: (second: number) => readonly Fact[],
): readonly (readonly [number, ...Fact[]])[] =>
  Array.from({ length: to - from + 1 }, (_, nth) => [from + nth, ...at(from + nth)] as const);

const RELAY = ['relay orders > mails'];

describe('what waits', () => {
  it('is named when it has waited for its bound, and not before', () => {
    const since20 = (second: number): readonly Fact[] => [{ waitedMs: (second - 20) * 1_000 }];
    expect(named(...each(1, 20, () => []), ...each(21, 29, since20))).toEqual([]);
    expect(named(...each(1, 20, () => []), ...each(21, 30, since20))).toEqual(RELAY);
  });

  it('may have a bound of its own', () => {
    const looks = (boundMs: number) =>
      each(1, 40, (second) => (second < 20 ? [] : [{ waitedMs: (second - 20) * 1_000, boundMs }]));
    expect(named(...looks(21_000))).toEqual([]);
    expect(named(...looks(20_000))).toEqual(RELAY);
  });

  it('is named no longer when it is gone', () => {
    expect(named(...each(1, 30, (second) => [{ waitedMs: second * 1_000 }]), [31])).toEqual([]);
  });

  it('says what it is, since when, its bound, why, and where to look', () => {
    const found = judge(
      { ...nothingSeen(0), lookedAt: 20_000 },
      [waiting({ waitedMs: 14_500, reason: 'the database refuses writes', effect: 'not-ready', detail: '25006' })],
      20_500,
    );
    expect(found.findings).toEqual([
      {
        kind: 'relay',
        name: 'orders > mails',
        reason: 'the database refuses writes',
        lookAt: '/actuator/projections',
        effect: 'not-ready',
        seconds: 14.5,
        boundSeconds: 10,
        detail: '25006',
      },
    ]);
  });
});

describe('a lane that moves', () => {
  it('is not named however long each of those in it has waited', () => {
    const backlog = each(1, 300, (second) => [{ waitedMs: 3_600_000, token: `event ${Math.floor(second / 9)}` }]);
    expect(named(...backlog)).toEqual([]);
  });

  it('is named when the same one stays first for its bound', () => {
    const stopped = (until: number) =>
      each(1, until, (second) => [{ waitedMs: 3_600_000, token: `event ${Math.min(second, 50)}` }]);
    expect(named(...stopped(58))).toEqual([]);
    expect(named(...stopped(59))).toEqual(RELAY);
  });
});

describe('a host that could not move it', () => {
  it('has its full bound after its start', () => {
    const ancient = (second: number): readonly Fact[] => [{ waitedMs: 86_400_000 + second }];
    expect(named(...each(1, 9, ancient))).toEqual([]);
    expect(named(...each(1, 10, ancient))).toEqual(RELAY);
  });

  it('because it stood still has its full bound afterwards', () => {
    const at = (second: number): readonly Fact[] => (second < 95 ? [] : [{ waitedMs: (second - 95) * 1_000 }]);
    const before = each(1, 100, at);
    expect(named(...before, ...each(130, 139, at))).toEqual([]);
    expect(named(...before, ...each(130, 140, at))).toEqual(RELAY);
  });

  it('is forgiven once, not again and again', () => {
    const at = (second: number): readonly Fact[] => [{ waitedMs: second * 1_000 }];
    // A look every 6 s: it does nothing but stand still.
    const looks = Array.from({ length: 10 }, (_, nth) => [nth * 6 + 6, ...at(nth * 6 + 6)] as const);
    expect(named(...looks)).toEqual(RELAY);
  });
});

describe('what waits because of something else', () => {
  const database = { kind: 'database', name: 'orders' };
  const behind = (second: number): Fact => ({ waitedMs: second * 1_000, causes: ['database orders'] });

  it('is not named beside it: one line for one cause', () => {
    const both = each(1, 60, (second) => [behind(second), { ...database, waitedMs: second * 1_000 }]);
    expect(named(...both)).toEqual(['database orders']);
  });

  it('has that one named when its own bound is over, however short that one waits', () => {
    const late = each(1, 20, (second) =>
      second < 8 ? [behind(second)] : [behind(second), { ...database, waitedMs: (second - 8) * 1_000 }],
    );
    expect(named(...late.slice(0, 9))).toEqual([]);
    expect(named(...late.slice(0, 10))).toEqual(['database orders']);
    expect(named(...late)).toEqual(['database orders']);
  });

  it('has its full bound when that one is over', () => {
    const away = each(1, 60, (second) => [behind(second), { ...database, waitedMs: second * 1_000 }]);
    expect(named(...away, ...each(61, 70, (second) => [behind(second)]))).toEqual([]);
    expect(named(...away, ...each(61, 71, (second) => [behind(second)]))).toEqual(RELAY);
  });

  it('is not excused by one that comes and goes and was never named', () => {
    const flapping = each(1, 30, (second) =>
      second % 4 === 0 ? [behind(second), { ...database, waitedMs: 10 }] : [behind(second)],
    );
    expect(named(...flapping.slice(0, 11))).toEqual(RELAY);
    // Once named it stays named, whatever turns up beside it.
    expect(named(...flapping)).toEqual(RELAY);
  });

  it('names a whole kind, or what that waits for in turn', () => {
    const chain = each(1, 30, (second) => [
      { waitedMs: second * 1_000, causes: ['calls'] },
      { kind: 'calls', name: 'users.queries', waitedMs: second * 1_000, causes: ['broker'] },
      { kind: 'broker', name: 'connection', waitedMs: second * 1_000 },
    ]);
    expect(named(...chain)).toEqual(['broker connection']);
  });

  it('may know it by another name', () => {
    const both = each(1, 60, (second) => [
      behind(second),
      {
        kind: 'database',
        name: 'orders,stock',
        aliases: ['database stock', 'database orders'],
        waitedMs: second * 1_000,
      },
    ]);
    expect(named(...both)).toEqual(['database orders,stock']);
    expect(named(...both, ...each(61, 70, (second) => [behind(second)]))).toEqual([]);
    expect(named(...both, ...each(61, 71, (second) => [behind(second)]))).toEqual(RELAY);
  });

  it('is named all the same where two are each the cause of the other', () => {
    const ring = each(1, 30, (second) => [
      { waitedMs: second * 1_000, causes: ['calls'] },
      { kind: 'calls', name: 'a', waitedMs: second * 1_000, causes: ['relay'] },
    ]);
    expect(named(...ring)).not.toEqual([]);
  });
});

describe('what a part of the host has said already', () => {
  const judged = (known: Parameters<typeof judge>[3], causes: readonly string[]): number => {
    let seen: Seen = nothingSeen(0);
    let findings: readonly unknown[] = [];
    for (let second = 1; second <= 30; second += 1)
      ({ seen, findings } = judge(seen, [waiting({ waitedMs: second * 1_000, causes })], second * 1_000, known));
    return findings.length;
  };

  it('is not named again by its consequences', () => {
    const claimed = { kind: 'broker', name: 'claimed', effect: 'not-ready' } as const;
    expect(judged([claimed], ['broker'])).toBe(0);
    expect(judged([claimed], ['broker connection'])).toBe(1);
  });

  it('excuses a whole kind only when it makes the host unready', () => {
    const policy = { kind: 'broker', name: 'policies', effect: 'degraded' } as const;
    expect(judged([policy], ['broker'])).toBe(1);
    expect(judged([policy], ['broker policies'])).toBe(0);
  });
});
