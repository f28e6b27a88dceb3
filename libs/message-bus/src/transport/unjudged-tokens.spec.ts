import { describe, expect, it } from '@jest/globals';
import { codec, type Envelope } from '@isolith/contracts';
import { HandBacks } from './hand-backs.js';
import { HandedBackError } from './handed-back.js';
import { SignedTransport } from './signed-transport.js';
import { handedWire } from '../testing/fixtures/handed-wire.js';
import { envelope, PlainSigner } from '../testing/fixtures/plain-signer.js';
import type { Address, SetAside } from './transport.js';

const requests: Address = { lane: 'requests', context: 'stock' };
const subscription: Address = { lane: 'subscription', context: 'shop', subscription: 'watch' };

/** What proves single messages is looked at elsewhere. */
const unbound = (key = 'one') => new PlainSigner(key, 'a host', false);
const token = (lasting: boolean, key: string) =>
  unbound(key).sign({ service: lasting ? 'stock' : 'shop', roles: [] }, lasting ? 'shop' : 'stock', lasting).token;
const request = (key: string) => envelope({ principal: undefined, token: token(false, key) });
const event = (more: Partial<Envelope>) =>
  envelope({ principal: undefined, source: '/stock', type: 'stock.taken', kind: 'event', ...more });

/** A reader with the key "one", and what becomes of what its medium delivers. */
async function reader(at: Address, { proven = false, keeps = true } = {}) {
  const wire = handedWire();
  const signer = new PlainSigner();
  signer.proven = proven;
  const [handled, refused, kept, answers]: [string[], string[], SetAside[], unknown[]] = [[], [], [], []];
  const handBacks = new HandBacks(() => undefined);
  await new SignedTransport(wire.medium, signer, ({ id }) => refused.push(id), handBacks).listen(
    at,
    async ({ envelope: { id } }) => void handled.push(id),
    keeps ? async (what) => void kept.push(what) : undefined,
  );
  const deliver = (delivered: Envelope, redelivered = false) =>
    wire.deliver({ envelope: delivered, redelivered, reply: async ({ data }) => void answers.push(data) }).then(
      () => undefined,
      (error: unknown) => error,
    );
  return { deliver, handled, refused, kept, answers, handBacks };
}

describe('a key that is not known here (fault 1)', () => {
  it('hands everything back as long as no token of another host was ever valid: it may be this host that is wrong', async () => {
    for (const [at, delivered] of [
      [requests, request('two')],
      [subscription, event({ token: token(true, 'two') })],
    ] as const) {
      const { deliver, handled, refused, kept, answers, handBacks } = await reader(at);
      const error = await deliver(delivered);
      expect(error).toBeInstanceOf(HandedBackError);
      expect(error).toMatchObject({ lack: 'key', message: 'the key two is not known, only one' });
      expect(handBacks.impairments()).toMatchObject([{ effect: 'not-ready', reason: expect.stringContaining('two') }]);
      expect([handled, refused, kept, answers]).toEqual([[], [], [], []]);
    }
  });

  it('is the fault of a sender where others were believed: no caller takes that for the end of what it asked', async () => {
    const { deliver, refused, answers, handBacks } = await reader(requests, { proven: true });
    await deliver(request('two'));
    await deliver(request('two'), true);
    expect(answers).toMatchObject([{ code: 'not-delivered' }, { code: 'outcome-unknown' }]);
    expect([refused, handBacks.impairments()]).toEqual([['m-1', 'm-1'], []]);
  });

  it('sets an event aside where others were believed, so that no stranger stops a subscription', async () => {
    const { deliver, kept, refused } = await reader(subscription, { proven: true });
    const forged = event({ token: token(true, 'two') });
    expect(await deliver(forged)).toBeUndefined();
    expect(kept).toEqual([{ raw: codec.encode(forged), reason: 'its sender could not be established', refused: true }]);
    expect(refused).toEqual(['m-1']);
  });
});

describe('an event that is refused (fault 20)', () => {
  const forged: readonly (readonly [string, Envelope])[] = [
    ['no token', event({})],
    [
      'a token of another context',
      event({ token: unbound().sign({ service: 'users', roles: [] }, 'shop', true).token }),
    ],
    [
      'a token for another context',
      event({ token: unbound().sign({ service: 'stock', roles: [] }, 'users', true).token }),
    ],
  ];

  it.each(forged)(
    'because of %s is counted and set aside as bytes, and those behind it are handled',
    async (_, bad) => {
      const { deliver, handled, kept, refused } = await reader(subscription);
      for (let nth = 0; nth < 256; nth += 1) expect(await deliver({ ...bad, id: `bad-${nth}` })).toBeUndefined();
      await deliver(event({ id: 'good', token: token(true, 'one') }));
      expect([handled, kept.length, refused.length]).toEqual([['good'], 256, 256]);
    },
  );

  it('stays with the medium where its consumer keeps nothing; one that was said to all is gone', async () => {
    const { deliver } = await reader(subscription, { keeps: false });
    expect(await deliver(event({}))).toMatchObject({ code: 'unauthenticated' });
    const { deliver: toAll, refused } = await reader({ lane: 'broadcast' }, { keeps: false });
    expect(await toAll(event({}))).toBeUndefined();
    expect(refused).toEqual(['m-1']);
  });
});
