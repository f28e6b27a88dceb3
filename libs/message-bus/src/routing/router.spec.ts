import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anyone,
  command,
  ContractViolationError,
  ForbiddenError,
  HandlerError,
  NotDeliveredError,
  OutcomeUnknownError,
  OverloadedError,
  RevokedError,
  UnauthenticatedError,
  UnknownMessageError,
  type Envelope,
} from '@isolith/contracts';
import { HandedBackError, MessageRouter, requireScope, runAs, runInScope, withOptions, type Inbox } from '../index.js';
import { Buy, Count, handle, Hosts, placements, Restock, SoldOut, Take, Taken } from '../testing/fixtures/hosts.js';
import { eventEnvelope } from '../testing/index.js';

const lines = () => [{ sku: 'mug', quantity: 2 }];
const { signal } = new AbortController();

// Placement changes nothing observable: every one of these holds in both.
describe.each(placements)('messages in %s', (placement) => {
  let hosts: Hosts;
  let seen: unknown[];

  beforeEach(async () => {
    hosts = new Hosts(placement);
    seen = [];
    handle(hosts.shop, Buy, (buy) => hosts.shop.send(new Take({ lines: [...buy.lines] })));
    await hosts.open();
  });
  afterEach(() => hosts.close());

  const ask = (message: object): Promise<unknown> => runAs('shop', () => hosts.shop.send(message));
  const caught = (message: object): Promise<unknown> =>
    ask(message).then(
      () => 'no error',
      (error: unknown) => error,
    );

  it('are handled in the context that owns them, in its name', async () => {
    handle(hosts.stock, Take, async () => {
      seen.push(requireScope().context, requireScope().principal.service, requireScope().envelope?.type);
      return { left: lines() };
    });
    await expect(ask(new Buy({ lines: lines() }))).resolves.toEqual({ left: lines() });
    expect(seen).toEqual(['stock', 'shop', 'stock.take']);
  });

  it('share no reference: input and output changed on the far side change nothing here', async () => {
    const kept: { sku: string; quantity: number }[] = [];
    handle(hosts.stock, Take, async (take) => {
      for (const line of take.lines) Object.assign(line, { sku: 'changed by the receiver' });
      kept.push({ sku: 'kept', quantity: 1 });
      return { left: kept };
    });
    const sent = lines();
    const received = await ask(new Take({ lines: sent }));
    expect(sent).toEqual(lines());
    kept.forEach((line) => (line.sku = 'changed by the receiver, later'));
    expect(received).toEqual({ left: [{ sku: 'kept', quantity: 1 }] });
    Object.assign(received ?? {}, { left: 'changed by the caller' });
    expect(kept).toHaveLength(1);
  });

  it("fail with the failure's own class over two contexts, its data a copy", async () => {
    const missing = [{ quantity: 3 }];
    handle(hosts.stock, Take, async () => {
      throw new SoldOut({ sku: 'mug', missing });
    });
    const failed = await caught(new Buy({ lines: lines() }));
    expect(failed).toBeInstanceOf(SoldOut);
    missing.forEach((line) => (line.quantity = 99));
    expect(failed).toMatchObject({ message: 'mug is sold out', data: { sku: 'mug', missing: [{ quantity: 3 }] } });
    expect(hosts.reported).toEqual([]);
  });

  it('show nothing of an error but that there was one; the host reports it', async () => {
    const secret = new Error('password=hunter2');
    handle(hosts.stock, Take, async () => {
      throw secret;
    });
    const failed = await caught(new Take({ lines: lines() }));
    expect(failed).toBeInstanceOf(HandlerError);
    expect(String(failed)).not.toContain('hunter2');
    expect(hosts.reported).toEqual([{ message: 'TakeHandler failed', error: secret }]);
  });

  it.each([
    ['an overload', OverloadedError],
    ['an unknown outcome', OutcomeUnknownError],
  ])('show nothing of what caused %s; the host reports it once for each message', async (_, Passing) => {
    const cause = new Error('the database of hunter2 is away');
    let runs = 0;
    handle(hosts.stock, Take, async () => {
      runs += 1;
      if (runs % 3 !== 0) throw Object.assign(new Passing('try again'), { cause });
      return { left: [] };
    });
    await ask(withOptions(new Take({ lines: lines() }), { id: 'take-1' }));
    expect(hosts.reported).toEqual([{ message: 'TakeHandler failed', error: expect.objectContaining({ cause }) }]);
    await ask(withOptions(new Take({ lines: lines() }), { id: 'take-2' }));
    expect(hosts.reported).toHaveLength(2);
    expect(runs).toBe(6);
  });

  it('report nothing of an error that may pass and hides nothing', async () => {
    let runs = 0;
    handle(hosts.stock, Take, async () => {
      runs += 1;
      if (runs === 1) throw new OverloadedError('full');
      return { left: [] };
    });
    await ask(new Take({ lines: lines() }));
    expect([runs, hosts.reported]).toEqual([2, []]);
  });

  it.each([
    ['an answer that is none', async () => ({ left: 'none' })],
    [
      'a failure whose data does not fit it',
      async () => {
        throw new SoldOut({ sku: 'too long a name', missing: [] });
      },
    ],
    [
      'a failure that the contract does not list',
      async () => {
        throw new RangeError('not listed');
      },
    ],
  ])('end as an error of the handler when it comes with %s', async (_, run) => {
    handle(hosts.stock, Take, run);
    expect(await caught(new Take({ lines: lines() }))).toBeInstanceOf(HandlerError);
    expect(hosts.reported).toHaveLength(1);
  });

  it('keep the class of a refusal that the handler met itself', async () => {
    handle(hosts.stock, Take, async () => {
      throw new RevokedError('undone before it came');
    });
    expect(await caught(new Take({ lines: lines() }))).toBeInstanceOf(RevokedError);
  });

  it('are checked where they arrive', async () => {
    handle(hosts.stock, Count, async () => ({ quantity: 1 }));
    handle(hosts.stock, Restock, async () => undefined);
    const as = (roles: readonly string[], user?: string) => ({
      context: 'gateway',
      correlationId: 'c',
      principal: { service: 'gateway', roles, ...(user === undefined ? {} : { user }) },
    });
    const count = () => hosts.shop.send(new Count({ sku: 'mug' }));
    await expect(runInScope(as([], 'u'), count)).rejects.toBeInstanceOf(ForbiddenError);
    await expect(runInScope(as(['support']), count)).rejects.toBeInstanceOf(UnauthenticatedError);
    await expect(runInScope(as(['support'], 'u'), count)).resolves.toEqual({ quantity: 1 });
    await expect(
      runInScope(as(['support'], 'u'), () => hosts.shop.send(new Restock({ sku: 'mug' }))),
    ).rejects.toBeInstanceOf(ForbiddenError);
    await expect(ask(new Restock({ sku: 'mug' }))).resolves.toBeUndefined();
  });

  it('that do not fit are refused at the sender, naming the place', async () => {
    const wrong = Object.assign(new Take({ lines: lines() }), { lines: [{ sku: 'mug', quantity: 1.5 }] });
    expect(await caught(wrong)).toBeInstanceOf(ContractViolationError);
    expect(await caught(wrong)).toMatchObject({ problems: [{ pointer: '/lines/0/quantity' }] });
  });

  it('that nobody handles say so', async () => {
    const refusal = await caught(withOptions(new Take({ lines: lines() }), { timeoutMs: 100 }));
    // Where another host could be there the message waits for it as long as its sender does.
    expect(refusal).toBeInstanceOf(placement === 'one host' ? UnknownMessageError : NotDeliveredError);
    expect(refusal).toHaveProperty('message', expect.stringContaining('nobody here handles stock.take'));
  });

  it('go through the inbox of their context with their id, and each run has a copy of its own', async () => {
    const ids: string[] = [];
    const twice: Inbox = {
      command: async (envelope, _contract, run) => {
        ids.push(envelope.id);
        await run();
        return run();
      },
      event: async (_envelope, _subscription, run) => {
        await run();
        await run();
      },
    };
    hosts.stock.useInbox('stock', twice);
    handle(hosts.stock, Take, async (take) => {
      seen.push(JSON.stringify(take.lines));
      for (const line of take.lines) Object.assign(line, { quantity: 0 });
      return { left: [] };
    });
    await ask(withOptions(new Take({ lines: lines() }), { id: 'take-1' }));
    expect([ids, seen]).toEqual([['take-1'], [JSON.stringify(lines()), JSON.stringify(lines())]]);
  });
});

describe.each(placements)('events in %s', (placement) => {
  const to = { lane: 'subscription', context: 'shop', subscription: 'watch' } as const;
  const taken = (sku: string): Envelope => ({
    ...eventEnvelope('stock', sku, { sku, tags: ['a'], addedLater: 1 }),
    type: 'stock.taken',
    schemaversion: 1,
    principal: { service: 'stock', user: 'u', roles: ['admin'] },
  });
  let hosts: Hosts;
  let seen: unknown[];
  let fail: boolean;

  beforeEach(async () => {
    hosts = new Hosts(placement);
    [seen, fail] = [[], false];
    const info = { context: 'shop', subscription: 'watch', events: [Taken.contract], from: 'beginning' } as const;
    hosts.shop.subscribe(info, [
      {
        event: Taken,
        by: 'OnTaken',
        invoke: async (event) => {
          const { context, subscription, principal } = requireScope();
          seen.push([JSON.stringify(event), context, subscription, principal]);
          if (event instanceof Taken) Object.assign(event.tags, ['changed']);
          if (fail) throw new Error('not now');
        },
      },
    ]);
    await hosts.open();
  });
  afterEach(() => hosts.close());

  it('reach the handler as copies, without the fields that it does not know, and act for its own context', async () => {
    const envelope = taken('mug');
    await hosts.stock.deliver(envelope, to, signal);
    expect(seen).toEqual([['{"sku":"mug","tags":["a"]}', 'shop', 'watch', { service: 'shop', roles: [] }]]);
    expect(envelope.data).toMatchObject({ tags: ['a'] });
  });

  it("that a handler rejects are the producer's to send again", async () => {
    fail = true;
    await expect(hosts.stock.deliver(taken('mug'), to, signal)).rejects.toThrow('not now');
    fail = false;
    await hosts.stock.deliver(taken('mug'), to, signal);
    expect(seen).toHaveLength(2);
  });

  it('run through the inbox, each run with a copy of its own', async () => {
    hosts.shop.useInbox('shop', {
      command: (_envelope, _contract, run) => run(),
      event: async (_envelope, subscription, run) => {
        seen.push(subscription);
        await run();
        await run();
      },
    });
    await hosts.stock.deliver(taken('mug'), to, signal);
    expect(seen).toEqual([
      'watch',
      expect.arrayContaining(['{"sku":"mug","tags":["a"]}']),
      expect.arrayContaining(['{"sku":"mug","tags":["a"]}']),
    ]);
  });

  it('that the subscription does not take, or that do not fit, are an error at the sender', async () => {
    await expect(hosts.stock.deliver({ ...taken('mug'), type: 'stock.lost' }, to, signal)).rejects.toBeInstanceOf(
      HandedBackError,
    );
    await expect(hosts.stock.deliver({ ...taken('mug'), data: { sku: 1 } }, to, signal)).rejects.toBeInstanceOf(
      ContractViolationError,
    );
    expect(seen).toEqual([]);
  });

  it('are known by producer', () => {
    expect(hosts.shop.subscriptionsOf('stock').map(({ subscription }) => subscription)).toEqual(['watch']);
    expect(hosts.shop.subscriptionsOf('shop')).toEqual([]);
  });
});

describe('a context that is elsewhere', () => {
  it('can not be reached without a transport, and says so', async () => {
    const alone = new MessageRouter({ placement: { here: ['shop'] }, onError: () => undefined });
    await expect(runAs('shop', () => alone.send(new Take({ lines: lines() })))).rejects.toThrow(
      'stock.take was not sent: stock is not here',
    );
    await expect(runAs('shop', () => alone.send(new Take({ lines: lines() })))).rejects.toBeInstanceOf(
      NotDeliveredError,
    );
  });

  it('of the version before waits for a host that is not, and says so when its time is over', async () => {
    class NextTake extends command('stock.take', { input: Take.contract.input, access: [anyone()], version: 2 }) {}
    const hosts = new Hosts('two hosts');
    handle(hosts.stock, Take, async () => ({ left: lines() }));
    await hosts.open();
    const asked = runAs('shop', () =>
      hosts.shop.send(withOptions(new NextTake({ lines: lines() }), { timeoutMs: 100 })),
    );
    await expect(asked).rejects.toBeInstanceOf(NotDeliveredError);
    await expect(asked).rejects.toThrow('stock.take is handled here in version 1, not 2');
    await hosts.close();
  });
});
