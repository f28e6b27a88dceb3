import { describe, expect, it } from '@jest/globals';
import { until } from '@isolith/message-bus/testing';
import { mortal } from '../spec-support/mortal.js';
import { asking, inspection, Inspected, pause, waitingSaga } from '../spec-support/waiting-sagas.js';
import { Workshop } from '../spec-support/workshop.js';
import { withWorld } from '../spec-support/with-world.js';
import type { World } from '../spec-support/world.js';

const HOUR = 3_600_000;
const declared = waitingSaga('orders.killed', ['a', pause(1), inspection({ remind: asking(HOUR / 4, 1) }), 'b!']);

let world: World;
let runs = 0;
withWorld((given) => (world = given));

type Arrives = 'before' | 'at rest' | 'reminded';

/** One saga whose first host stops at its `stopAt`-th event. Whether it did, before the saga had ended. */
async function run(stopAt: number, arrives: Arrives): Promise<boolean> {
  const workshop = await new Workshop().open();
  const id = `killed ${(runs += 1)}`;
  const life = mortal(stopAt);
  const first = world.engine([declared], workshop.execute, {}, life.wrap);
  const looks: Promise<unknown>[] = [];
  const isOver = async (): Promise<boolean> => (await world.summary(id)).status !== 'running';
  /** True as soon as it holds, false when the host has stopped before. */
  const holds = (condition: () => Promise<boolean>): Promise<boolean> => {
    const held = until(async () => (await condition()) || (await isOver())).then(() => true);
    looks.push(held);
    return Promise.race([held, life.stopped.then(() => false)]);
  };
  const arrive = (): Promise<void> => world.arrives(first, new Inspected({ saga: id, token: 'seal' }), `${id} event`);
  await first.start();
  if (arrives === 'before') await arrive();
  await world.begin(first, declared, id);
  let lives = true;
  if (arrives !== 'before')
    lives = await holds(async () => (await world.row('orders.killed', id)).wait?.event === 'work.inspected');
  if (arrives === 'reminded' && lives) {
    await world.set(id, `due_at = now(), waiting_since = waiting_since - interval '16 min'`);
    first.wake();
    lives = await holds(async () => ((await world.row('orders.killed', id)).wait?.reminders ?? 0) > 0);
  }
  if (arrives !== 'before') await arrive();
  lives = lives && (await holds(isOver));
  const hosts = [first];
  if (!lives) {
    await world.set(id, `leased_until = now() - interval '1 ms'`);
    const second = world.engine([declared], workshop.execute);
    hosts.push(second);
    await second.start();
  }
  expect(await world.ended(id)).toBe('completed');
  const timeline = await world.timeline('orders.killed', id);
  life.goOn();
  await life.calm();
  await Promise.all(looks);
  // Whoever came late wrote nothing, and had no effect.
  expect(await world.timeline('orders.killed', id)).toEqual(timeline);
  expect(workshop.done('do')).toEqual(['do a', 'do b']);
  expect(workshop.done('tell').length).toBeLessThanOrEqual(1);
  expect(timeline.filter((entry) => entry === 'pause done' || entry === 'inspection done')).toHaveLength(2);
  expect(await world.row('orders.killed', id)).toMatchObject({ heard: [`${id} event`], wait: null });
  await Promise.all(hosts.map((host) => host.drain(AbortSignal.timeout(1_000))));
  for (const host of hosts) world.forget(host);
  return !lives;
}

describe('a host that is killed wherever it is with a saga that waits', () => {
  it.each(['before', 'at rest', 'reminded'] as const)(
    'loses no event and takes none twice, if it comes %s',
    async (arrives) => {
      let stopAt = 0;
      while (await run(stopAt, arrives)) stopAt += 1;
      // It stopped around every claim, command and save.
      expect(stopAt).toBeGreaterThan(10);
    },
  );
});
