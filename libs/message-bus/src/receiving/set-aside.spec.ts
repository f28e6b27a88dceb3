import { NewerVersionError } from '@isolith/contracts';
import { describe, expect, it } from '@jest/globals';
import {
  InProcessTransport,
  MessageRouter,
  requireScope,
  type EventRetry,
  type Inbox,
  type TakeSetAside,
  type Transport,
} from '../index.js';
import { Taken } from '../testing/fixtures/hosts.js';

const to = { lane: 'subscription', context: 'shop', subscription: 'watch' } as const;
const retry = { attempts: 7, initialDelayMs: 1, maxDelayMs: 2 };
const event = {
  specversion: '1.0',
  id: 'e-1',
  source: '/stock',
  type: 'stock.taken',
  time: '2026-01-01T00:00:00Z',
  kind: 'event',
  schemaversion: 1,
  correlationid: 'c',
  subject: 'mug',
  data: { sku: 'mug', tags: [] },
} as const;

/** A host of `shop`, with what its transport is asked to listen to. */
async function hostOf(inbox?: Inbox) {
  const local = new InProcessTransport();
  const asked = new Map<string, TakeSetAside | undefined>();
  const transport: Transport = {
    capabilities: local.capabilities,
    send: (...args) => local.send(...args),
    request: (...args) => local.request(...args),
    close: () => local.close(),
    listen: (at, on, setAside) => {
      asked.set(at.lane, setAside);
      return local.listen(at, on);
    },
  };
  const router = new MessageRouter({ placement: { here: ['shop'] }, remote: transport, onError: () => undefined });
  const seen: unknown[] = [];
  router.subscribe(
    { context: 'shop', subscription: 'watch', events: [Taken.contract], from: 'beginning' },
    [
      {
        event: Taken,
        by: 'OnTaken',
        invoke: async (taken) => void seen.push([JSON.stringify(taken), requireScope().subscription]),
      },
    ],
    retry,
  );
  if (inbox !== undefined) router.useInbox('shop', inbox);
  await router.listenToOthers();
  return { router, asked, seen };
}

const keeping = () => {
  const calls: unknown[] = [];
  const inbox: Inbox = {
    command: (_envelope, _contract, handle) => handle(),
    event: async (_envelope, subscription, _handle, policy: EventRetry) => void calls.push([subscription, policy]),
    setAside: async (what, subscription) => void calls.push([subscription, what]),
  };
  return { inbox, calls };
};

describe('a subscription of a context that keeps things', () => {
  it('gives its events to the inbox with its own policy of retries', async () => {
    const { inbox, calls } = keeping();
    const { router, seen } = await hostOf(inbox);
    await router.deliver(event, to, new AbortController().signal);
    expect([calls, seen]).toEqual([[['watch', retry]], []]);
  });

  it('takes what its transport sets aside; request lanes do not', async () => {
    const { inbox, calls } = keeping();
    const { asked } = await hostOf(inbox);
    const what = { raw: Buffer.from('x'), reason: 'no envelope' };
    await asked.get('subscription')?.(what);
    expect([calls, asked.get('requests'), asked.get('queries')]).toEqual([[['watch', what]], undefined, undefined]);
  });

  it('runs what it has kept past its inbox, in the scope of the subscription', async () => {
    const { inbox, calls } = keeping();
    const { router, seen } = await hostOf(inbox);
    await router.redeliver(event, to, async (handle) => {
      await handle();
      await handle();
    });
    const run = ['{"sku":"mug","tags":[]}', 'watch'];
    expect([seen, calls]).toEqual([[run, run], []]);
    await router.redeliver(event, to, async () => undefined);
    // Only a newer release can know it, and nobody else can be given it.
    const unknown = router.redeliver({ ...event, type: 'stock.gone' }, to, (handle) => handle());
    await expect(unknown).rejects.toBeInstanceOf(NewerVersionError);
    expect(seen).toHaveLength(2);
  });
});

describe('a subscription of a context that keeps nothing', () => {
  it('leaves what is set aside to its transport', async () => {
    const { asked } = await hostOf();
    expect([asked.has('subscription'), asked.get('subscription')]).toEqual([true, undefined]);
  });
});
