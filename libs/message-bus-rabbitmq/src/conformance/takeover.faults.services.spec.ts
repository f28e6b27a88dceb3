import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { OutcomeUnknownError, type Envelope } from '@isolith/contracts';
import { answerTo, commandEnvelope, eventEnvelope } from '@isolith/message-bus/testing';
import { brokerUrl, freshContext, never, SpecBroker, until } from '../spec-support/broker.js';
import { CuttableProxy } from '../spec-support/cuttable-proxy.js';
import { consumingProcess, type OtherProcess } from '../spec-support/other-process.js';
import { sendAll } from '../spec-support/send-all.js';

const SUBJECTS = 5;
/** Instead of 5, which would only make it longer: a peer is given up when two or three of them are missing. */
const HEARTBEAT_S = 2;
const NOTICED_WITHIN_MS = 6 * HEARTBEAT_S * 1_000;

const beating = (url: string): string => {
  const parsed = new URL(url);
  parsed.searchParams.set('heartbeat', String(HEARTBEAT_S));
  return parsed.href;
};

/** What was handled, in the order in which it ended for the first time, per subject. */
function firstEnds(events: readonly Envelope[], ended: readonly string[]): Map<string, number[]> {
  const byId = new Map(events.map((event) => [event.id, event]));
  const found = new Map<string, number[]>();
  for (const id of new Set(ended)) {
    const { subject = '', data } = byId.get(id) ?? {};
    found.set(subject, [...(found.get(subject) ?? []), Number(data)]);
  }
  return found;
}

describe('a subscription whose active consumer is gone', () => {
  let broker: SpecBroker;
  let context: string;
  let processes: OtherProcess[];
  let events: Envelope[];

  const at = () => ({ lane: 'subscription', context, subscription: 'watch' }) as const;
  const more = (count: number): readonly Envelope[] => {
    const next = Array.from({ length: count }, (_, index) =>
      eventEnvelope(context, `s${(events.length + index) % SUBJECTS}`, Math.floor((events.length + index) / SUBJECTS)),
    );
    events.push(...next);
    return next;
  };
  const inOrder = (): Map<string, number[]> =>
    firstEnds(
      events,
      events.map(({ id }) => id),
    );

  beforeEach(() => {
    broker = new SpecBroker();
    context = freshContext();
    processes = [];
    events = [];
  });

  afterEach(async () => {
    await Promise.all(processes.map((one) => one.end()));
    await broker.close();
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)(
    'by %s goes on with the other replica, in order, and one that comes back does no harm',
    async (signal) => {
      const producer = await broker.transport();
      const ended: string[] = [];
      const hear = (line: string): void => void (line.startsWith('end ') && ended.push(line.slice(4)));
      processes = await Promise.all([1, 2].map(() => consumingProcess(beating(brokerUrl()), at(), hear)));
      await sendAll(producer, more(200), at());
      await until('some are handled', () => ended.length > 20);
      const [active, standby] = processes.toSorted((one, other) => other.lines.length - one.lines.length);
      if (active === undefined || standby === undefined) throw new Error('two processes were started');
      expect(standby.lines).toEqual(['ready']);
      const began = Date.now();
      active.signal(signal);
      await sendAll(producer, more(100), at());
      await until('the other one goes on', () => standby.lines.length > 1, NOTICED_WITHIN_MS);
      expect(Date.now() - began).toBeLessThan(NOTICED_WITHIN_MS);
      await until('all are handled', () => new Set(ended).size === events.length);
      const known = new Set(ended);
      if (signal === 'SIGSTOP') {
        const before = active.lines.length;
        active.signal('SIGCONT');
        await until('it has ended what it had begun', () => {
          const said = active.lines.filter((line) => line !== 'ready');
          return (
            said.filter((line) => line.startsWith('begin')).length ===
            said.filter((line) => line.startsWith('end')).length
          );
        });
        // It may repeat what it had in hand, until it reads that its connection is gone.
        const late = active.lines.slice(before).map((line) => line.split(' ')[1] ?? '');
        expect(late.filter((id) => !known.has(id))).toEqual([]);
      }
      const heardBefore = active.lines.length;
      await sendAll(producer, more(50), at());
      await until('what came later is handled too', () => new Set(ended).size === events.length);
      expect(active.lines.slice(heardBefore).filter((line) => !known.has(line.split(' ')[1] ?? ''))).toEqual([]);
      expect(firstEnds(events, ended)).toEqual(inOrder());
    },
  );

  it('behind a connection that has gone silent goes on too; who asked over it is told, and it repairs itself', async () => {
    const proxy = await CuttableProxy.before(brokerUrl());
    try {
      const [silent, other] = [await broker.transport({ url: beating(proxy.url) }), await broker.transport()];
      const ended: string[] = [];
      const by: string[] = [];
      const handle =
        (name: string) =>
        async ({ envelope: { id } }: { envelope: Envelope }): Promise<void> => {
          by.push(name);
          await new Promise((resolve) => setTimeout(resolve, 2));
          ended.push(id);
        };
      await silent.listen(at(), handle('silent'));
      await other.listen(at(), handle('other'));
      await other.listen({ lane: 'requests', context }, (delivery) =>
        delivery.envelope.data === 'never'
          ? new Promise(() => undefined)
          : delivery.reply(answerTo(delivery.envelope, 'answer')),
      );
      await sendAll(other, more(50), at());
      await until('the first one handles', () => ended.length === 50);
      expect(new Set(by)).toEqual(new Set(['silent']));
      const asked = silent.request(commandEnvelope(context, 'never'), { lane: 'requests', context }, never()).then(
        () => 'answered',
        (error: unknown) => error,
      );
      await until('it is on its way', () => silent.metrics().confirmed === 1);
      const began = Date.now();
      proxy.forget();
      await sendAll(other, more(100), at());
      expect(await asked).toBeInstanceOf(OutcomeUnknownError);
      await until('the other one goes on', () => by.includes('other'), NOTICED_WITHIN_MS);
      expect(Date.now() - began).toBeLessThan(NOTICED_WITHIN_MS);
      await until('all are handled', () => new Set(ended).size === events.length);
      expect(firstEnds(events, ended)).toEqual(inOrder());
      await until(
        'it is back',
        () => silent.health().connected && silent.health().consumers.every(({ state }) => state === 'consuming'),
      );
      expect((await silent.request(commandEnvelope(context, null), { lane: 'requests', context }, never())).data).toBe(
        'answer',
      );
      expect(silent.metrics().connectionsLost).toBe(2);
    } finally {
      await broker.close();
      await proxy.close();
    }
  });
});
