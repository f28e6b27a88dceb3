import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Envelope } from '@isolith/contracts';
import { eventEnvelope } from '@isolith/message-bus/testing';
import { brokerUrl, freshContext, SpecBroker, until } from '../spec-support/broker.js';
import { CuttableProxy } from '../spec-support/cuttable-proxy.js';
import { seeded } from '../spec-support/seeded.js';
import { sendAll } from '../spec-support/send-all.js';

const EVENTS = 10_000;
const SUBJECTS = 50;
const BATCH = 200;

describe('10,000 events under random cuts', () => {
  let broker: SpecBroker;
  let proxies: CuttableProxy[];

  beforeEach(async () => {
    broker = new SpecBroker();
    proxies = await Promise.all([1, 2, 3].map(() => CuttableProxy.before(brokerUrl())));
  });

  afterEach(async () => {
    await broker.close();
    await Promise.all(proxies.map((proxy) => proxy.close()));
  });

  it('all arrive, in the order of their subject once repetitions are taken out', async () => {
    const at = { lane: 'subscription', context: freshContext(), subscription: 'watch' } as const;
    const [producer, ...consumers] = await Promise.all(
      proxies.map((proxy) => broker.transport({ url: proxy.url, prefetch: 100 })),
    );
    if (producer === undefined) throw new Error('three were opened');
    const random = seeded();
    const seen = new Set<string>();
    const bySubject = new Map<string, number[]>();
    let repeated = 0;
    for (const consumer of consumers) {
      await consumer.listen(at, async ({ envelope: { id, subject = '', data } }) => {
        if (random() < 0.01) await new Promise((resolve) => setTimeout(resolve, 3));
        if (random() < 0.0005) throw new Error('not this time');
        if (seen.has(id)) {
          repeated += 1;
          return;
        }
        seen.add(id);
        bySubject.set(subject, [...(bySubject.get(subject) ?? []), Number(data)]);
      });
    }
    let cuts = 0;
    const cutting = setInterval(() => {
      cuts += 1;
      proxies[Math.floor(random() * proxies.length)]?.cut();
    }, 120);
    const events: Envelope[] = Array.from({ length: EVENTS }, (_, nth) =>
      eventEnvelope(at.context, `s${nth % SUBJECTS}`, Math.floor(nth / SUBJECTS)),
    );
    let repeats = 0;
    try {
      for (let from = 0; from < EVENTS; from += BATCH) {
        const batch = events.slice(from, from + BATCH);
        const take = (): Promise<boolean> =>
          sendAll(producer, batch, at).then(
            () => true,
            () => ((repeats += 1), false),
          );
        await until('some more are taken', take, 60_000);
      }
    } finally {
      clearInterval(cutting);
    }
    await until('all are handled', () => seen.size === EVENTS, 60_000);
    expect([...bySubject.values()]).toEqual(
      Array.from({ length: SUBJECTS }, () => Array.from({ length: EVENTS / SUBJECTS }, (_, nth) => nth)),
    );
    // Without faults it would prove nothing.
    expect(cuts).toBeGreaterThan(3);
    expect(repeats + repeated).toBeGreaterThan(0);
  });
});
