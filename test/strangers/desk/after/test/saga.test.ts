import { command, event } from '@isolith/contracts';
import { saga } from '@isolith/saga';
import { describeSaga } from '@isolith/saga/testing';
import { z } from 'zod';

const Sale = z.object({ order: z.string() });
class Reserve extends command('desk.reserve', { input: Sale }) {}
class Release extends command('desk.release', { input: Sale }) {}
class Ship extends command('desk.ship', { input: Sale }) {}
class AskForMoney extends command('desk.ask-for-money', { input: Sale }) {}
class Paid extends event('desk.paid', { input: Sale, key: 'order' }) {}

const HOUR = 3_600_000;
const selling = saga({
  name: 'desk.selling',
  state: Sale,
  steps: (step) => [
    step({ name: 'reserve', invoke: (sale) => new Reserve(sale), compensate: (sale) => new Release(sale) }),
    step.waitFor({
      name: 'payment',
      event: Paid,
      key: ({ order }) => order,
      within: 72 * HOUR,
      remind: { everyMs: 24 * HOUR, times: 2, command: (sale) => new AskForMoney(sale) },
      otherwise: 'turn-back',
    }),
    step({ name: 'ship', pivot: true, invoke: (sale) => new Ship(sale) }),
  ],
});

const reserved = new Set<string>();

describeSaga(
  selling,
  {
    begin: { order: '7' },
    events: [new Paid({ order: '7' })],
    receivers: (receivers) => {
      reserved.clear();
      receivers
        .answering(Reserve, ({ order }) => void reserved.add(order))
        .answering(Release, ({ order }) => void reserved.delete(order));
    },
    atEnd: ({ status, acts }) => {
      // What a person skips or takes over that person has to mend.
      if (acts.includes('skip') || acts.includes('take over')) return;
      expect(reserved.size).toBe(status === 'completed' ? 1 : 0);
    },
  },
  { describe, it },
);
