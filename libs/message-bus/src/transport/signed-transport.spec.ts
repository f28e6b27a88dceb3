import { afterEach, describe, expect, it } from '@jest/globals';
import { codec, outcomeSchema, UnauthenticatedError, type Envelope, type Principal } from '@isolith/contracts';
import { InProcessTransport } from './in-process-transport.js';
import { HandBacks } from './hand-backs.js';
import { SignedTransport, type PrincipalSigner } from './signed-transport.js';
import { envelope, PlainSigner } from '../testing/fixtures/plain-signer.js';
import type { SetAside, SubscriptionAddress, Transport } from './transport.js';

const requests = { lane: 'requests', context: 'stock' } as const;
const subscription: SubscriptionAddress = { lane: 'subscription', context: 'shop', subscription: 'watch' };
const signal = new AbortController().signal;

const wire = new InProcessTransport();
const refused: string[] = [];
const host = (signer: PrincipalSigner = new PlainSigner()) =>
  new SignedTransport(
    wire,
    signer,
    ({ id }, _to, { message }) => refused.push(`${id} ${message}`),
    new HandBacks(() => undefined),
  );

afterEach(async () => {
  refused.length = 0;
});

/** Listens on the wire once and shows what crossed, as a stranger would see it. */
async function crossing(
  send: (sender: SignedTransport) => Promise<unknown>,
  at: typeof requests | SubscriptionAddress,
): Promise<Envelope> {
  const { promise, resolve } = Promise.withResolvers<Envelope>();
  const listening = await wire.listen(at, async (delivery) => {
    resolve(delivery.envelope);
    if (at.lane !== 'subscription') await delivery.reply(delivery.envelope);
  });
  await send(host());
  await listening.stop();
  return promise;
}

describe('what crosses', () => {
  it('of a request is a token for the receiving context and no bare principal', async () => {
    const seen = await crossing((sender) => sender.request(envelope(), requests, signal), requests);
    expect(seen.principal).toBeUndefined();
    expect(JSON.parse(seen.token ?? '')).toMatchObject({
      audience: 'stock',
      lasting: false,
      principal: { service: 'shop', user: 'ada' },
    });
  });

  it('of an event speaks for the context that recorded it, for as long as it takes', async () => {
    const event = envelope({ source: '/stock', type: 'stock.taken', kind: 'event' });
    const seen = await crossing((sender) => sender.send(event, subscription, signal), subscription);
    expect(JSON.parse(seen.token ?? '')).toEqual({
      key: 'one',
      host: 'a host',
      bound: true,
      audience: 'shop',
      lasting: true,
      principal: { service: 'stock', roles: [] },
    });
  });
});

describe('a reader', () => {
  it('sees the principal that was signed', async () => {
    const seen: (Principal | undefined)[] = [];
    const listening = await host().listen(requests, async (delivery) => {
      seen.push(delivery.envelope.principal);
      await delivery.reply(delivery.envelope);
    });
    await host().request(envelope(), requests, signal);
    await listening.stop();
    expect(seen).toEqual([{ service: 'shop', user: 'ada', roles: ['customer'] }]);
  });

  it.each([
    ['no token', envelope()],
    [
      'a token for another context',
      envelope({ token: new PlainSigner().sign({ service: 'shop', roles: ['admin'] }, 'users', false).token }),
    ],
  ])('answers a request with %s, unhandled', async (_, forged) => {
    let handled = 0;
    const listening = await host().listen(requests, async () => void (handled += 1));
    const answer = await wire.request(forged, requests, signal);
    await listening.stop();
    expect(outcomeSchema.parse(answer.data)).toMatchObject({ outcome: 'error', code: 'unauthenticated' });
    expect({ handled, refused: refused.length }).toEqual({ handled: 0, refused: 1 });
  });

  it('refuses a message of another context of this host, though its token is for the context of the lane', async () => {
    let handled = 0;
    const listening = await host().listen(requests, async () => void (handled += 1));
    const answer = await host().request(envelope({ type: 'payments.refund' }), requests, signal);
    await listening.stop();
    expect(outcomeSchema.parse(answer.data)).toMatchObject({ outcome: 'error', code: 'unauthenticated' });
    expect({ handled, refused }).toEqual({
      handled: 0,
      refused: ['m-1 payments.refund came to stock.requests, the lane of another context'],
    });
  });
});

describe('an event', () => {
  it('that another context signed is left with the medium', async () => {
    let handled = 0;
    const listening = await host().listen(subscription, async () => void (handled += 1));
    const forged = envelope({ source: '/users', kind: 'event', type: 'stock.taken' });
    await expect(host().send(forged, subscription, signal)).rejects.toThrow(
      'was not signed by the context that owns it',
    );
    await listening.stop();
    expect(handled).toBe(0);
  });
});

describe('what the medium sets aside', () => {
  /** A medium that sets one thing aside as soon as somebody listens. */
  const setsAside = (what: SetAside) => {
    const done = Promise.withResolvers<unknown>();
    const medium: Transport = {
      capabilities: wire.capabilities,
      send: (...args) => wire.send(...args),
      request: (...args) => wire.request(...args),
      close: () => wire.close(),
      listen: async (_at, _on, take) => {
        await take?.(what).then(done.resolve, done.resolve);
        return { stop: async () => undefined };
      },
    };
    return {
      transport: new SignedTransport(
        medium,
        new PlainSigner(),
        ({ id }, _to, { message }) => refused.push(`${id} ${message}`),
        new HandBacks(() => undefined),
      ),
      ended: done.promise,
    };
  };
  const event = envelope({ source: '/stock', type: 'stock.taken', kind: 'event' });
  const token = (service: string) =>
    new PlainSigner('one', 'a host', false).sign({ service, roles: [] }, 'shop', true).token;

  it('is kept with the principal that its token names', async () => {
    const kept: SetAside[] = [];
    const { transport, ended } = setsAside({
      envelope: { ...event, principal: { service: 'users', roles: ['admin'] }, token: token('stock') },
      reason: 'given up',
    });
    await transport.listen(
      subscription,
      async () => undefined,
      async (what) => void kept.push(what),
    );
    await ended;
    expect(kept).toEqual([{ envelope: { ...event, principal: { service: 'stock', roles: [] } }, reason: 'given up' }]);
  });

  it.each([
    ['no token', event],
    ['the token of another context', { ...event, token: token('users') }],
  ])('is kept as bytes, which nobody can replay, when it has %s', async (_, forged) => {
    const kept: SetAside[] = [];
    const { transport, ended } = setsAside({ envelope: forged, reason: 'given up' });
    await transport.listen(
      subscription,
      async () => undefined,
      async (what) => void kept.push(what),
    );
    expect(await ended).toBeUndefined();
    expect([kept, refused.length]).toEqual([
      [{ raw: codec.encode(forged), reason: 'its sender could not be established', refused: true }],
      1,
    ]);
  });

  it('stays with the medium while its consumer can not keep it, whoever sent it', async () => {
    const away = new Error('the database is away');
    for (const what of [event, { ...event, token: token('stock') }]) {
      const { transport, ended } = setsAside({ envelope: what, reason: 'given up' });
      await transport.listen(
        subscription,
        async () => undefined,
        () => Promise.reject(away),
      );
      expect(await ended).toBe(away);
    }
  });

  it('and is no envelope is kept as it is; nothing is asked for where nobody keeps it', async () => {
    const kept: SetAside[] = [];
    const raw = { raw: Buffer.from('x'), reason: 'no envelope' };
    await setsAside(raw).transport.listen(
      subscription,
      async () => undefined,
      async (what) => void kept.push(what),
    );
    expect(kept).toEqual([raw]);
    await setsAside(raw).transport.listen(subscription, async () => undefined);
  });
});

describe('a sender', () => {
  it('of a user with more roles than a token holds is told so, and nothing is sent (fault 9)', async () => {
    const roles = Array.from({ length: 80 }, (_, index) => `${'r'.repeat(50)}${index}`);
    const tooMany = host().request(envelope({ principal: { service: 'shop', roles } }), requests, signal);
    await expect(tooMany).rejects.toMatchObject({
      code: 'message-too-large',
      message: expect.stringMatching(/^stock\..* has \d+ characters, 4096 at most \(80 roles\)$/),
    });
  });

  it('without a principal sends nothing', async () => {
    const { principal: _, ...anonymous } = envelope();
    await expect(host().request(anonymous, requests, signal)).rejects.toBeInstanceOf(UnauthenticatedError);
  });
});
