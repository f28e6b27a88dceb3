import { expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { aggregate } from '@isolith/event-sourcing';
import { AggregateRegistry } from '@isolith/event-sourcing/nest';
import { JournalHistory, type RecordedEvent } from '@isolith/journal/internal';
import { z } from 'zod';
import { streamStates } from './stream-states.js';

class Counted extends event('tiny.counted', { input: z.object({ id: z.string(), by: z.int() }), key: 'id' }) {}

const ofSums = (evolve: (sum: number, by: number) => unknown) => {
  const registry = new AggregateRegistry();
  const initial = (): unknown => 0;
  const spec = { name: 'sum', events: [Counted] as const, initial, decide: () => [] };
  registry.register(
    'tiny',
    [aggregate({ ...spec, evolve: (sum, { by }: Counted) => evolve(Number(sum), by) })],
    () => true,
  );
  return registry;
};

const recorded = (version: number): RecordedEvent => ({
  position: version,
  stream: 'sum-1',
  version,
  type: 'tiny.counted',
  schema_version: 1,
  data: { id: '1', by: version },
  metadata: { id: `${version}`, correlationid: 'c', principal: { service: 'tiny', roles: [] } },
  at: '2026-01-01T00:00:00.000Z',
});

/** A stream that is as long as anybody asks for. */
class Endless extends JournalHistory {
  constructor() {
    super({ schema: 'tiny', dataSource: () => Promise.reject(new Error('it has no database')) });
  }

  override async ofStream(_: string, behind: number, limit: number): Promise<readonly RecordedEvent[]> {
    return Array.from({ length: limit }, (_each, nth) => recorded(behind + nth + 1));
  }
}

async function states(registry: AggregateRegistry | undefined, behind = 0, stream = 'sum-1') {
  const history = new Endless();
  const items = await history.ofStream(stream, behind, 2);
  const { states: found, ...about } = await streamStates(history, registry, { context: 'tiny', stream, behind, items });
  return { ...about, states: Object.fromEntries(found) };
}

it('the events of a page have the state after each of them, of all that stand before', async () => {
  const registry = ofSums((sum, by) => sum + by);
  expect(await states(registry)).toEqual({ aggregate: 'sum', states: { 1: '1', 2: '3' } });
  expect(await states(registry, 1_200)).toEqual({ aggregate: 'sum', states: { 1201: '721801', 1202: '723003' } });
});

it('there is none without an aggregate, beyond a bound, or of what JSON or people can not hold', async () => {
  const registry = ofSums((sum, by) => sum + by);
  expect(await states(undefined)).toEqual({ states: {} });
  expect(await states(registry, 0, 'other-1')).toEqual({ states: {} });
  expect(await states(registry, 10_001)).toMatchObject({ states: {}, stateless: expect.stringContaining('10000') });
  expect(await states(ofSums(() => 1n))).toMatchObject({ states: {}, stateless: expect.stringContaining('JSON') });
  const long = ofSums((_, by) => (by === 1 ? 'x'.repeat(50_001) : 1));
  expect(await states(long)).toMatchObject({ states: { 2: '1' }, stateless: expect.stringContaining('event 1') });
});

it('what can not be folded ends the states, and nothing of what was thrown is told but its name', async () => {
  const registry = ofSums((sum, by) => {
    if (by === 2) throw new RangeError('ada@example.org');
    return sum + by;
  });
  expect(await states(registry)).toEqual({
    aggregate: 'sum',
    stateless: 'event 2 could not be folded: RangeError',
    states: { 1: '1' },
  });
});
