import { describe, expect, it } from '@jest/globals';
import { noticed } from './noticed.js';
import type { Sample } from './sample.js';

const relay = (mark: string) => ({ what: 'relay orders > notifications.order-mails', by: 'orders', mark });
const named = {
  host: 'orders',
  kind: 'relay',
  name: 'orders > notifications.order-mails',
  reason: 'nobody has taken it',
};
const fault = { kind: 'kill-host' as const, from: 0, until: 30_000 };

/** One look a second, of these waits; what a host names from some second on. */
const looks = (seconds: number, mark: (second: number) => string | undefined, namedFrom = Infinity, until = Infinity) =>
  Array.from({ length: seconds }, (_, second): Sample => {
    const now = mark(second);
    return {
      at: second * 1_000,
      waits: now === undefined ? [] : [relay(now)],
      named: second >= namedFrom && second < until ? [named] : [],
      answering: new Set(['orders']),
    };
  });

describe('what was noticed', () => {
  it('counts a stop of more than 15 s, and whether it was named within them', () => {
    expect(
      noticed(
        looks(20, () => '7', 11),
        [fault],
      ),
    ).toMatchObject({ stops: 1, named: 1, silent: [], misnamed: [] });
    expect(
      noticed(
        looks(30, () => '7', 21),
        [fault],
      ).silent,
    ).toEqual(['relay orders > notifications.order-mails did not move for 29 s, and it was named after 21 s']);
    expect(
      noticed(
        looks(20, () => '7'),
        [fault],
      ),
    ).toMatchObject({ stops: 1, named: 0, silent: [expect.stringMatching(/nobody/)] });
  });

  it('knows what moves, what ended in time, and what nobody is there to name', () => {
    expect(noticed(looks(30, String), [fault]).stops).toBe(0);
    expect(
      noticed(
        looks(30, (second) => (second < 14 ? '7' : undefined)),
        [fault],
      ).stops,
    ).toBe(0);
    const away = looks(30, () => '7').map((look) => ({ ...look, answering: new Set(['users']) }));
    expect(noticed(away, [fault]).stops).toBe(0);
  });

  it('takes a database that is away for the name of whatever waits for it', () => {
    const database = { host: 'orders', kind: 'databases', name: '', reason: 'no answer for orders' };
    const samples = looks(20, () => '7').map((look, second) => ({ ...look, named: second > 5 ? [database] : [] }));
    expect(noticed(samples, [fault])).toMatchObject({ stops: 1, named: 1 });
  });

  it('finds what was named although it moved, except while a fault was there or has just been', () => {
    expect(noticed(looks(30, String, 12, 20), []).misnamed).toEqual([
      'orders names relay orders > notifications.order-mails: nobody has taken it',
    ]);
    expect(noticed(looks(30, String, 12, 20), [fault]).misnamed).toEqual([]);
    expect(
      noticed(
        looks(30, () => '7', 12),
        [],
      ).misnamed,
    ).toEqual([]);
  });

  it('takes a relay that hands lost events over again at its word, when a fault has lost some', () => {
    const lost = { ...named, reason: '3 events that the broker had confirmed were gone, and are handed over again' };
    const samples = looks(30, String).map((look, second) => ({ ...look, named: second > 10 ? [lost] : [] }));
    expect(noticed(samples, [{ kind: 'set-policy', from: -90_000, until: -80_000 }]).misnamed).toEqual([]);
    expect(noticed(samples, [{ kind: 'kill-broker', from: -90_000, until: -80_000 }]).misnamed).toHaveLength(1);
  });
});
