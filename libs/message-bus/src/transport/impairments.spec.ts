import { describe, expect, it } from '@jest/globals';
import { Impairments, type Impairment } from './impairments.js';

const stuck: Impairment = {
  kind: 'relay',
  name: 'orders.order-mails',
  reason: 'the database refuses writes',
  lookAt: '/actuator/projections',
  effect: 'degraded',
};
const locked: Impairment = { ...stuck, kind: 'lane', name: 'orders.requests', effect: 'not-ready' };

function setUp() {
  let now = 5_000;
  const told: (readonly [string, string, number])[] = [];
  const impairments = new Impairments(
    (change, { kind, seconds }) => told.push([change, kind, seconds]),
    () => now,
  );
  return { impairments, told, pass: (seconds: number) => void (now += seconds * 1_000) };
}

describe('what is impaired', () => {
  it('is told once when it begins and once when it ends, however often it is said', () => {
    const { impairments, told, pass } = setUp();
    for (let said = 0; said < 3; said += 1) {
      impairments.report('a', [stuck]);
      pass(2);
    }
    expect(told).toEqual([['began', 'relay', 0]]);
    impairments.report('a', []);
    impairments.report('a', []);
    expect(told).toEqual([
      ['began', 'relay', 0],
      ['ended', 'relay', 6],
    ]);
  });

  it('is shown with how long it has lasted, and with the reason that was given last', () => {
    const { impairments, pass } = setUp();
    impairments.report('a', [stuck]);
    pass(4);
    impairments.report('a', [{ ...stuck, reason: 'nobody leads it' }]);
    pass(1);
    expect(impairments.current()).toEqual([{ ...stuck, reason: 'nobody leads it', seconds: 5 }]);
  });

  it('may have begun before it was noticed, and may turn out to be younger', () => {
    const { impairments, told, pass } = setUp();
    impairments.report('a', [{ ...stuck, seconds: 30 }]);
    pass(1);
    expect(impairments.current()).toMatchObject([{ seconds: 31 }]);
    impairments.report('a', [{ ...stuck, seconds: 12 }]);
    expect(impairments.current()).toMatchObject([{ seconds: 12 }]);
    expect(told).toEqual([['began', 'relay', 30]]);
  });

  it('is ended only by who said it', () => {
    const { impairments, told, pass } = setUp();
    impairments.report('a', [stuck]);
    pass(1);
    impairments.report('b', [locked]);
    expect(impairments.current('a')).toMatchObject([{ kind: 'lane' }]);
    impairments.report('b', []);
    expect(told.map(([change, kind]) => [change, kind])).toEqual([
      ['began', 'relay'],
      ['began', 'lane'],
      ['ended', 'lane'],
    ]);
    expect(impairments.current()).toMatchObject([{ kind: 'relay', seconds: 1 }]);
  });

  it('is shown with what has lasted longest first', () => {
    const { impairments } = setUp();
    impairments.report('a', [stuck, { ...locked, seconds: 9 }]);
    expect(impairments.current().map(({ kind }) => kind)).toEqual(['lane', 'relay']);
  });
});
