import { describe, expect, it } from '@jest/globals';
import { eachItsOwn, oneProcess } from '../../support/placements.js';
import { canBeMade, collide, healingOrder, drawnKinds, kindOf, notYet } from './fault-kinds.js';
import { faultKinds, type PlannedPlacement } from './run-plan.js';
import { subscriptionsApart } from './subscriptions-apart.js';

const one: PlannedPlacement = { kind: 'one process', placement: oneProcess, hasBroker: false };
const split: PlannedPlacement = { kind: 'each its own', placement: eachItsOwn, hasBroker: true };

describe('a kind of fault', () => {
  it('can be made where what it needs is there', () => {
    const inOne = faultKinds.filter((kind) => canBeMade(kind, one));
    expect(inOne.filter((kind) => kindOf[kind].needs.includes('broker'))).toEqual([]);
    expect(inOne).toContain('step-host-clock');
    expect(inOne).not.toContain('replace-with-another-version');
    expect(faultKinds.filter((kind) => !canBeMade(kind, split))).toEqual([]);
  });

  it('is left out of what is drawn only with a reason', () => {
    expect(drawnKinds.length).toBe(faultKinds.length - Object.keys(notYet).length);
    for (const reason of Object.values(notYet)) expect(reason).toMatch(/\w+ \w+/);
  });
});

describe('two faults', () => {
  it.each([
    ['kill-host', 0, 'freeze-host', 0, true],
    ['kill-host', 0, 'freeze-host', 1, false],
    ['replace-with-another-version', 0, 'kill-host', 0, true],
    ['replace-with-another-version', 0, 'replace-with-another-version', 1, false],
    ['replace-with-another-version', 0, 'kill-broker', 0, false],
    ['kill-host', 3, 'set-policy', 0, true],
    ['set-policy', 0, 'step-host-clock', 2, true],
    ['set-policy', 0, 'kill-broker', 0, true],
    ['delete-queue', 0, 'set-policy', 0, true],
    ['turn-read-only', 0, 'kill-database', 0, true],
    ['turn-read-only', 0, 'kill-broker', 0, false],
    // A host that comes up meanwhile refuses to start, as it should.
    ['turn-read-only', 0, 'step-host-clock', 1, true],
    ['turn-read-only', 0, 'replace-with-another-version', 1, true],
    ['turn-read-only', 0, 'kill-host', 0, false],
    // Whoever counts what was relayed asks the database.
    ['kill-database', 0, 'delete-queue', 0, true],
    ['cut-database-connections', 0, 'delete-queue', 0, false],
    ['restore-rows', 0, 'send-poison', 0, true],
    ['kill-host', 0, 'send-poison', 0, false],
  ] as const)('%s at %i and %s at %i collide: %p', (kind, place, other, elsewhere, expected) => {
    const [a, b] = [
      { kind, place },
      { kind: other, place: elsewhere },
    ];
    expect([collide(a, b), collide(b, a)]).toEqual([expected, expected]);
  });
});

describe('what is healed', () => {
  it('is servers before hosts, and what only hosts can heal at last', () => {
    expect((['send-poison', 'restart-broker', 'restore-rows', 'kill-host'] as const).toSorted(healingOrder)).toEqual([
      'restart-broker',
      'restore-rows',
      'kill-host',
      'send-poison',
    ]);
  });
});

describe('a subscription is apart', () => {
  it('when all its consumers can be stopped, and the gateway and its producers go on', () => {
    const names = (hosts: readonly string[][]): readonly string[] =>
      subscriptionsApart({ hosts }).map(
        ({ context, subscription, places }) => `${context}.${subscription} ${places.join()}`,
      );
    expect(
      names([
        ['gateway', 'orders'],
        ['notifications', 'users'],
      ]),
    ).toEqual(['notifications.order-mails 1']);
    expect(names([['notifications'], ['gateway', 'orders'], ['notifications']])).toEqual([
      'notifications.order-mails 0,2',
    ]);
    expect(names([['gateway'], ['notifications', 'orders']])).toEqual([]);
    expect(names([['orders'], ['notifications', 'gateway']])).toEqual([]);
  });
});
