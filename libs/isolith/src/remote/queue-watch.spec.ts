import { afterEach, expect, it, jest } from '@jest/globals';
import type { Address } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { ModulesContainer } from '@nestjs/core';
import { QueueWatch } from './queue-watch.js';

const ours: Address = { lane: 'requests', context: 'stock' };
const theirs: Address = { lane: 'subscription', context: 'mails', subscription: 'letters' };

let watch: QueueWatch | undefined;
afterEach(async () => {
  await watch?.drain();
  jest.useRealTimers();
});

/** A broker with as many messages as it is told. */
class Broker {
  readonly waiting = new Map<Address, number | undefined>();
  readonly takenHere = new Map<Address, number>();
  untaken = false;
  asked = 0;
  readonly backlog = async (at: Address): Promise<number | undefined> => {
    this.asked += 1;
    return this.waiting.get(at);
  };
  readonly taken = (at: Address): number | undefined => this.takenHere.get(at);
  readonly isUntaken = async (): Promise<boolean> => this.untaken;
}

async function watching(link: Broker, addresses: readonly Address[] = [ours, theirs]): Promise<QueueWatch> {
  jest.useFakeTimers();
  watch = new QueueWatch({ link, addresses: () => addresses }, new HostLifecycle(new ModulesContainer(), 0));
  await watch.start();
  await jest.advanceTimersByTimeAsync(0);
  return watch;
}

it('shows how much waits and for how long at most, of each address once', async () => {
  const broker = new Broker();
  broker.waiting.set(ours, 4).set(theirs, 0);
  broker.takenHere.set(ours, 10);
  const queues = await watching(broker, [ours, theirs, ours]);
  expect(queues.readings()).toEqual([
    { lane: 'stock.requests', waiting: 4, oldestSeconds: 0 },
    { lane: 'mails.letters', waiting: 0, oldestSeconds: 0 },
  ]);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(queues.readings()[0]).toEqual({ lane: 'stock.requests', waiting: 4, oldestSeconds: 5 });
  broker.takenHere.set(ours, 14);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(queues.readings()[0]).toEqual({ lane: 'stock.requests', waiting: 4, oldestSeconds: 5 });
});

it('says how long something waits for others only while none of them takes it', async () => {
  const broker = new Broker();
  broker.waiting.set(theirs, 7);
  const queues = await watching(broker, [theirs]);
  expect(queues.readings()).toEqual([{ lane: 'mails.letters', waiting: 7 }]);
  broker.untaken = true;
  await jest.advanceTimersByTimeAsync(5_000);
  expect(queues.readings()).toEqual([{ lane: 'mails.letters', waiting: 7, oldestSeconds: 5 }]);
});

it('shows nothing of a broker that can not be asked, and goes on asking', async () => {
  const broker = new Broker();
  broker.waiting.set(ours, 1);
  const queues = await watching(broker, [ours]);
  broker.waiting.set(ours, undefined);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(queues.readings()).toHaveLength(1);
  await jest.advanceTimersByTimeAsync(10_000);
  expect(queues.readings()).toEqual([]);
  broker.waiting.set(ours, 2);
  await jest.advanceTimersByTimeAsync(5_000);
  expect(queues.readings()).toMatchObject([{ waiting: 2 }]);
});

it('asks nobody without a medium, and nothing more once it is drained', async () => {
  const broker = new Broker();
  await watching(broker, []);
  expect(broker.asked).toBe(0);
  const queues = await watching(broker, [ours]);
  await queues.drain();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(broker.asked).toBe(1);
});
