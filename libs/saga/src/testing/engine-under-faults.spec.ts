import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { engineHost } from '../spec-support/engine-host.js';
import { World } from '../spec-support/world.js';
import { breaches } from './breaches.js';
import { agreed, trialSaga } from './fixtures/trial-saga.js';
import { spelledViolation } from './index.js';
import { explore } from './trial/explore.js';
import { subjectOf } from './trial/subject-of.js';

let world: World;
beforeAll(async () => {
  world = await World.open();
});
afterAll(() => world.close());

describe('the engine on its database', () => {
  it('keeps what sagas owe, whatever fails', async () => {
    const saga = trialSaga(['a', 'b!', 'c+'], { name: 'orders.under-faults' });
    const broken: string[] = [];
    const explored = await explore(
      subjectOf(saga, agreed),
      {
        openHost: engineHost(world),
        // Those with one fault; the others are tried without a database.
        maxHistories: 1,
        seed: 1,
        // Stopped hosts and deadlines by the database's clock have specs of their own.
        can: ({ kind }) => kind !== 'stands still' && kind !== 'deadline',
      },
      async (history) => void broken.push(...(await breaches(history, undefined)).map(spelledViolation)),
    );
    expect(broken).toEqual([]);
    expect(explored.single).toBeGreaterThan(40);
  });
});
