import {
  type AnyContractClass,
  codec,
  type Envelope,
  GATEWAY,
  type MessageClass,
  outcomeSchema,
  type Principal,
  type RequestContract,
} from '@isolith/contracts';
import {
  HandBacks,
  InProcessTransport,
  MessageRouter,
  SignedTransport,
  type Address,
  type PrincipalSigner,
  type Transport,
} from '@isolith/message-bus';
import { shop } from '../../src/shop.js';
import { shopContracts } from '../contracts/shop-contracts.js';
import { bySecret, type Identity } from './identities.js';

const DAY_MS = 24 * 60 * 60 * 1_000;
const PATIENCE_MS = 20_000;

/** The senders that a contract can speak of, by the name of their column. */
export const senders: Readonly<Record<string, Principal>> = {
  nobody: { service: GATEWAY, roles: [] },
  customer: { service: GATEWAY, user: 'ada', roles: ['customer'] },
  support: { service: GATEWAY, user: 'sue', roles: ['support'] },
  admin: { service: GATEWAY, user: 'root', roles: ['admin'] },
  ...Object.fromEntries(shop.names.map((name) => [name, { service: name, roles: [] }])),
};

/** Every command and query of the shop. */
export const requests = shopContracts.filter(isRequest);

function isRequest(message: AnyContractClass): message is MessageClass<RequestContract> {
  return 'access' in message.contract;
}

/** What another host signs for a message on its way to an address, as it crosses, and no more: nothing is sent. */
async function signedBy(tokens: PrincipalSigner, envelope: Envelope, to: Address): Promise<Envelope> {
  let signed: Envelope | undefined;
  const medium = new InProcessTransport();
  const keep: Transport = {
    capabilities: medium.capabilities,
    send: async (sent) => void (signed = sent),
    request: async (sent) => {
      signed = sent;
      return { ...sent, data: { outcome: 'error', code: 'not-delivered', detail: 'kept here' } };
    },
    listen: (at, on) => medium.listen(at, on),
    close: () => medium.close(),
  };
  const sender = new SignedTransport(keep, tokens, () => undefined, { note: () => undefined });
  const signal = AbortSignal.timeout(PATIENCE_MS);
  await (envelope.kind === 'event' ? sender.send(envelope, to, signal) : sender.request(envelope, to, signal));
  if (signed === undefined) throw new Error('nothing was signed');
  return codec.decode(codec.encode(signed));
}

/** A host of all contexts whose handlers do nothing, behind the transport that hosts reach each other by. */
export class ContextDoors {
  readonly #medium = new InProcessTransport();

  private constructor(private readonly identity: Identity) {}

  static async open(identity: Identity): Promise<ContextDoors> {
    const doors = new ContextDoors(identity);
    const signed = new SignedTransport(
      doors.#medium,
      identity.reader(),
      () => undefined,
      new HandBacks(() => undefined),
    );
    const host = new MessageRouter({ placement: { here: shop.names }, remote: signed, onError: () => undefined });
    for (const message of requests) host.handle({ message, by: 'the test', invoke: async () => undefined });
    await host.listenToOthers();
    return doors;
  }

  close(): Promise<void> {
    return this.#medium.close();
  }

  /** Data that fits nothing: who is let in is told that, after it was let in. */
  envelope(type: string, kind: 'command' | 'query', principal: Principal): Envelope {
    return {
      specversion: '1.0',
      id: crypto.randomUUID(),
      source: `/${principal.service}`,
      type,
      time: new Date().toISOString(),
      kind,
      schemaversion: 1,
      correlationid: 'c',
      principal,
      data: 7,
    };
  }

  /** As a host that sends nothing else signs it, or with a token that is none for it. */
  async badlySigned(how: string, good: Envelope, to: Extract<Address, { context: string }>): Promise<Envelope> {
    const other = { ...to, context: to.context === 'orders' ? 'users' : 'orders' };
    const { identity } = this;
    const service = good.principal?.service ?? '';
    const signed = (envelope: Envelope, at: Address): Promise<Envelope> => signedBy(identity.of(service), envelope, at);
    const right = await signed(good, to);
    switch (how) {
      case 'no-token': {
        const { token: _, ...bare } = right;
        return bare;
      }
      case 'audience':
        return { ...right, token: (await signed(good, other)).token ?? '' };
      case 'forged': {
        const [head, claims = '', signature] = (right.token ?? '').split('.');
        const said: unknown = JSON.parse(Buffer.from(claims, 'base64url').toString());
        const more = Buffer.from(JSON.stringify({ ...Object(said), roles: ['admin', 'more'] })).toString('base64url');
        return { ...right, token: `${head}.${more}.${signature}` };
      }
      case 'lane': {
        const { lane } = to;
        const otherLane = { ...to, lane: lane === 'queries' ? ('requests' as const) : ('queries' as const) };
        return signed(good, otherLane);
      }
      case 'replayed':
        await this.knock(right, to);
        return right;
      case 'event':
        return {
          ...right,
          token: (await signed({ ...good, kind: 'event' }, to)).token ?? '',
        };
      case 'expired': {
        const now = Date.now;
        Date.now = () => now() - DAY_MS;
        try {
          return await signed(good, to);
        } finally {
          Date.now = now;
        }
      }
      case 'other-key':
        return signedBy(identity.stranger(), good, to);
      case 'another':
        return signedBy(identity.of(service === 'users' ? 'orders' : 'users'), good, to);
      case 'secret':
        return signedBy(bySecret.of(service), good, to);
      default:
        return right;
    }
  }

  /** `ok`, or the status of the refusal. */
  async knock(sent: Envelope, to: Address): Promise<string> {
    const answer = await this.#medium.request(sent, to, AbortSignal.timeout(PATIENCE_MS));
    const outcome = outcomeSchema.parse(answer.data);
    const code = outcome.outcome === 'error' ? outcome.code : outcome.outcome;
    const said: Readonly<Record<string, string>> = {
      'contract-violation': 'ok',
      unauthenticated: '401',
      forbidden: '403',
      'not-delivered': '503',
      'outcome-unknown': '504',
    };
    return said[code] ?? code;
  }
}
