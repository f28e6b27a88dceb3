import { describe, expect, it } from '@jest/globals';
import { codec, type Envelope } from '@isolith/contracts';
import { HandBacks } from './hand-backs.js';
import { InProcessTransport } from './in-process-transport.js';
import { SignedTransport } from './signed-transport.js';
import { handedWire } from '../testing/fixtures/handed-wire.js';
import { envelope, PlainSigner } from '../testing/fixtures/plain-signer.js';
import type { Address, SetAside, Transport } from './transport.js';

const requests: Address = { lane: 'requests', context: 'stock' };
const queries: Address = { lane: 'queries', context: 'stock' };
const watch: Address = { lane: 'subscription', context: 'shop', subscription: 'watch' };
const count: Address = { lane: 'subscription', context: 'shop', subscription: 'count' };
const everybody: Address = { lane: 'broadcast' };
const signal = new AbortController().signal;

const event = (more: Partial<Envelope> = {}) =>
  envelope({ source: '/stock', type: 'stock.taken', kind: 'event', subject: 'mug', data: { left: 3 }, ...more });

/** What one host puts on the wire, one process for all of the file unless it is another. */
function sender(signer = new PlainSigner()) {
  const crossed: Envelope[] = [];
  const take = async (one: Envelope) => (crossed.push(one), one);
  const wire = new InProcessTransport();
  const medium: Transport = {
    capabilities: wire.capabilities,
    send: async (one) => void (await take(one)),
    request: take,
    close: () => wire.close(),
    listen: () => Promise.reject(new Error('nobody listens here')),
  };
  const host = new SignedTransport(medium, signer, () => undefined, { note: () => undefined });
  return async (one: Envelope, to: Address): Promise<Envelope> => {
    await (one.kind === 'event' ? host.send(one, to, signal) : host.request(one, to, signal));
    const last = crossed.at(-1);
    if (last === undefined) throw new Error('nothing was sent');
    // As it comes over a wire.
    const bytes = Buffer.from(codec.encode(last));
    const read = codec.decode(bytes);
    wires.set(read, bytes.toString('utf8'));
    return read;
  };
}
/** What was read, as it came. */
const wires = new WeakMap<Envelope, string>();
const sent = sender();

/** As somebody else writes it, who has no key: what he changes, and what he does not, byte for byte. */
function forged(captured: Envelope, { proof = captured.proof, ...change }: Partial<Envelope>): Envelope {
  const { proof: _, ...attributes } = JSON.parse(wires.get(captured) ?? '');
  return codec.decode(Buffer.from(JSON.stringify({ ...attributes, ...change, proof })));
}

async function reader(at: Address) {
  const wire = handedWire();
  const handled: string[] = [];
  const [refused, kept, answers]: [string[], SetAside[], unknown[]] = [[], [], []];
  await new SignedTransport(
    wire.medium,
    new PlainSigner(),
    (_, __, { message }) => refused.push(message),
    new HandBacks(() => undefined),
  ).listen(
    at,
    async ({ envelope: { id } }) => void handled.push(id),
    async (what) => void kept.push(what),
  );
  const deliver = (one: Envelope, redelivered = false) =>
    wire.deliver({ envelope: one, redelivered, reply: async ({ data }) => void answers.push(data) });
  return { deliver, handled, refused, kept, answers };
}

describe('the token and the proof of one event (fault 24)', () => {
  const changes: readonly (readonly [string, Partial<Envelope>])[] = [
    ['another event', { id: 'm-2' }],
    ['other data', { data: { left: 300 } }],
    ['no data', { data: null }],
    ['another type', { type: 'stock.returned' }],
    ['another version', { schemaversion: 2 }],
    ['another subject', { subject: 'cup' }],
    ['no subject', { subject: undefined }],
    ['another cause', { causationid: 'c-9' }],
    ['another trace', { traceparent: '00-1' }],
    ['another time', { time: '2027-01-01T00:00:00Z' }],
    ['no proof', { proof: '' }],
    ['a proof that is none', { proof: 'nonsense' }],
  ];
  it.each(changes)('on %s are refused, counted, and set aside as bytes; others go on', async (_, change) => {
    const { deliver, handled, refused, kept } = await reader(watch);
    const captured = await sent(event(), watch);
    const bad = forged(captured, change);
    await deliver(bad);
    await deliver(forged(captured, {}));
    expect([handled, refused.length]).toEqual([['m-1'], 1]);
    expect(kept).toEqual([{ raw: codec.encode(bad), reason: 'its sender could not be established', refused: true }]);
  });

  it('are good for one subscription and no other of the same context', async () => {
    const { deliver, handled, refused } = await reader(count);
    await deliver(await sent(event(), watch));
    expect([handled, refused.length]).toEqual([[], 1]);
  });

  it('with another number, or none that was proved, are refused', async () => {
    const { deliver, handled } = await reader(watch);
    const captured = await sent(event(), watch);
    const [, mac] = captured.proof?.split('.') ?? [];
    for (const number of ['zzzz', '-1', '', 'z'.repeat(30)])
      await deliver(forged(captured, { proof: `${number}.${mac}` }));
    expect(handled).toEqual([]);
  });

  it('are good as often as a queue gives it: its reader knows what it has handled', async () => {
    const { deliver, handled } = await reader(watch);
    const captured = await sent(event(), watch);
    await deliver(captured);
    await deliver(captured, true);
    await deliver(captured);
    expect(handled).toEqual(['m-1', 'm-1', 'm-1']);
  });
});

describe('a request', () => {
  it.each([
    ['a command', requests, 'command'],
    ['a query', queries, 'query'],
  ] as const)(
    'that is %s and was captured is refused, and no answer of it goes to whoever replays it',
    async (_, at, kind) => {
      const { deliver, handled, refused, answers } = await reader(at);
      const captured = await sent(envelope({ kind }), at);
      await deliver(captured);
      await deliver(captured);
      expect([handled, refused.length]).toEqual([['m-1'], 1]);
      // It has run. Its sender, were it he, would ask again.
      expect(answers).toMatchObject([{ code: 'outcome-unknown' }]);
    },
  );

  it('comes again when its medium gives it again, and when its sender asks again with the same id', async () => {
    const { deliver, handled, refused } = await reader(requests);
    const asked = await sent(envelope(), requests);
    await deliver(asked);
    await deliver(asked, true);
    await deliver(await sent(envelope(), requests));
    expect([handled, refused]).toEqual([['m-1', 'm-1', 'm-1'], []]);
  });

  it.each([
    ['on the other lane', queries, {}],
    ['to revoke another', requests, { revokes: 'm-0' }],
    ['as if it might be written differently', requests, { byid: true as const }],
    ['for longer', requests, { timeout: 60_000 }],
  ])('that was captured is refused %s', async (_, at, change) => {
    const { deliver, handled, refused } = await reader(at);
    await deliver(forged(await sent(envelope(), requests), change));
    expect([handled, refused.length]).toEqual([[], 1]);
  });

  it('without its proof, or with something behind it, is refused: only a release that proves nothing has none', async () => {
    const { deliver, handled, refused } = await reader(requests);
    const { proof: _, ...bare } = await sent(envelope(), requests);
    await deliver(bare);
    const text = Buffer.from(codec.encode(await sent(envelope(), requests))).toString('utf8');
    await deliver(codec.decode(Buffer.from(text.replace(/}$/, ',"revokes":"m-0"}'))));
    expect([handled, refused.length]).toEqual([[], 2]);
  });

  it('of each of two processes has numbers of its own', async () => {
    const { deliver, handled, refused } = await reader(requests);
    const [one, other] = [sender(new PlainSigner('one', 'p-1')), sender(new PlainSigner('one', 'p-2'))];
    for (const from of [one, other, one, other]) await deliver(await from(envelope(), requests));
    expect([handled.length, refused]).toEqual([4, []]);
  });

  it('of a host of the release before, which proves nothing, is handled as it was', async () => {
    const { deliver, handled, refused } = await reader(requests);
    const before = sender(new PlainSigner('one', 'p-1', false));
    const { proof: _, ...asked } = await before(envelope(), requests);
    await deliver(asked);
    await deliver(asked);
    expect([handled.length, refused]).toEqual([2, []]);
  });
});

it('what is said to all is said once', async () => {
  const { deliver, handled, refused } = await reader(everybody);
  const said = await sent(event(), everybody);
  await deliver(said);
  await deliver(said);
  expect([handled.length, refused.length]).toEqual([1, 1]);
});
