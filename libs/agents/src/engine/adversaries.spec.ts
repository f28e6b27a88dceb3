import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AgentWorld } from '../spec-support/agent-world.js';
import { playDurably } from '../spec-support/durable-play.js';
import { adversarialTranscripts } from '../testing/adversaries/transcripts/index.js';

/** An answer that nests so deep is kept nowhere: it counts as none, and the model is asked again. */
const NO_ANSWER = 'an input that is nested ten thousand levels deep';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

describe('a durable run, and approvals that are rows', () => {
  it.each(adversarialTranscripts.map((one, index) => [one.attack, one.name, index, one] as const))(
    '(%s) gives nothing away: %s',
    async (attack, name, index, transcript) => {
      const { end, breaches } = await playDurably(world, `run-of-${index}`, transcript);
      expect(end).toBe(name === NO_ANSWER ? 'model' : 'answered');
      // Whoever is asked here refuses before the next answer, so what comes later may be withheld.
      expect(breaches.filter(({ kind }) => kind !== 'withheld' || attack === 'honest')).toEqual([]);
    },
  );
});
