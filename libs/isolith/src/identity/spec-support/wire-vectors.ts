import type { Outcome } from '@isolith/contracts';
import { messageKey, tokenOf, write, type Attributes, type Sender } from './foreign-wire.js';

/** For these vectors and nothing else. */
export const SECRET = 'a secret for test vectors, and for nothing else';
/** Seconds since 1970: 2026-01-01T00:00:00Z. */
export const NOW = 1_767_225_600;
const HOST = 'vectors1';

/** What is read at an address at `NOW`, and what becomes of it. */
export interface Vector {
  readonly name: string;
  readonly address: string;
  /** Base64, of what crosses. */
  readonly bytes: string;
  /** Who sends it and what it says, or the code of why it is refused. */
  readonly read: { readonly sender: Sender; readonly envelope: Attributes } | { readonly refused: string };
}

const key = messageKey(SECRET);
const ADA: Sender = { service: 'gateway', user: 'ada', roles: ['customer'] };
const ORDERS: Sender = { service: 'orders', roles: [] };

const base = {
  specversion: '1.0',
  id: '0198c0de-0000-7000-8000-000000000001',
  source: '/orders',
  time: '2026-01-01T00:00:00.000Z',
  schemaversion: 1,
  correlationid: '0198c0de-0000-7000-8000-000000000000',
};
const command = {
  ...base,
  type: 'payments.charge-payment',
  kind: 'command',
  timeout: 10_000,
  data: { orderId: 'o-1', amountMinor: 1_250, note: 'é 漢 😀 \u2028 "\\' },
};
const query = { ...base, source: '/gateway', type: 'payments.get-payment', kind: 'query', data: { orderId: 'o-1' } };
const event = {
  ...base,
  type: 'orders.order-placed',
  kind: 'event',
  subject: 'o-1',
  causationid: '0198c0de-0000-7000-8000-000000000002',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  data: { orderId: 'o-1' },
};
const compensation = { ...command, type: 'payments.void-payment', revokes: base.id, byid: true, data: {} };

let numbered = 0;

interface Sent {
  readonly as?: Sender;
  readonly token?: string;
  /** Where its sender sent it, when that is not where it is read. */
  readonly to?: string;
  readonly now?: number;
}

function sent(
  envelope: Attributes,
  address: string,
  { as = ORDERS, token, to = address, now = NOW }: Sent = {},
): Buffer {
  numbered += 1;
  const own = token ?? tokenOf(key, as, { address: to, host: HOST, now });
  return write(key, envelope, { address: to, token: own, number: numbered });
}

const vector = (name: string, address: string, bytes: Buffer, read: Vector['read']): Vector => ({
  name,
  address,
  bytes: bytes.toString('base64'),
  read,
});
const accepted = (name: string, address: string, envelope: Attributes, sender: Sender): Vector =>
  vector(name, address, sent(envelope, address, { as: sender }), { sender, envelope });
const refused = (name: string, address: string, bytes: Buffer, code: string): Vector =>
  vector(name, address, bytes, { refused: code });

const tokenFor = (address: string, as = ORDERS): string => tokenOf(key, as, { address, host: HOST, now: NOW });
const changed = (bytes: Buffer, from: string, to: string): Buffer =>
  Buffer.from(bytes.toString('utf8').replace(from, to), 'utf8');
const without = (name: string): Buffer =>
  sent(Object.fromEntries(Object.entries(command).filter(([attribute]) => attribute !== name)), REQUESTS);

const REQUESTS = 'payments.requests';
const QUERIES = 'payments.queries';
const MAILS = 'notifications.order-mails';

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}

/** The same at each call: nothing in them is drawn. */
export function wireVectors(): readonly Vector[] {
  numbered = 0;
  const other = messageKey('another secret for test vectors, of another shop');
  return [
    accepted('a command of a context, for itself', REQUESTS, command, ORDERS),
    accepted('a command of a context, for a user', REQUESTS, command, { ...ORDERS, user: 'ada', roles: ['customer'] }),
    accepted('a command of a delegate', REQUESTS, command, { ...ADA, service: 'assistant', delegate: true }),
    accepted('a compensation, known by its id', REQUESTS, compensation, ORDERS),
    accepted('a query of the edge', QUERIES, query, ADA),
    accepted('a query of nobody in particular', QUERIES, query, { service: 'gateway', roles: [] }),
    accepted('a query without data', QUERIES, { ...query, data: null }, ADA),
    accepted('as deep as it may be', QUERIES, { ...query, data: deep(63) }, ADA),
    vector('whose clock is nearly two hours behind', QUERIES, sent(query, QUERIES, { as: ADA, now: NOW - 7_499 }), {
      sender: ADA,
      envelope: query,
    }),
    accepted('an event', MAILS, event, ORDERS),
    accepted('an event without a key', MAILS, { ...event, subject: '' }, ORDERS),
    accepted('a broadcast', 'broadcast', event, ORDERS),
    refused('one level too deep', QUERIES, sent({ ...query, data: deep(64) }, QUERIES), 'malformed'),
    refused('not JSON', REQUESTS, Buffer.from('{"specversion":"1.0",'), 'malformed'),
    refused('not UTF-8', REQUESTS, Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'malformed'),
    refused('not an object', REQUESTS, Buffer.from('[]'), 'malformed'),
    ...['specversion', 'id', 'source', 'type', 'time', 'kind', 'schemaversion', 'correlationid'].map((name) =>
      refused(`without ${name}`, REQUESTS, without(name), 'malformed'),
    ),
    refused('of a kind that there is not', REQUESTS, sent({ ...command, kind: 'wish' }, REQUESTS), 'malformed'),
    refused('with a negative timeout', REQUESTS, sent({ ...command, timeout: -1 }, REQUESTS), 'malformed'),
    refused('without a token', REQUESTS, Buffer.from(JSON.stringify(command)), 'unauthenticated'),
    refused(
      'without a proof',
      REQUESTS,
      Buffer.from(JSON.stringify({ ...command, token: tokenFor(REQUESTS) })),
      'unauthenticated',
    ),
    refused('with other data', REQUESTS, changed(sent(command, REQUESTS), '1250', '1'), 'unauthenticated'),
    refused('with a space more', REQUESTS, changed(sent(command, REQUESTS), '{"spec', '{ "spec'), 'unauthenticated'),
    refused(
      'with another attribute behind the proof',
      REQUESTS,
      changed(sent(command, REQUESTS), '"}', '","more":1}'),
      'unauthenticated',
    ),
    refused('sent to the other lane', QUERIES, sent(query, QUERIES, { to: REQUESTS }), 'unauthenticated'),
    refused(
      'with a token for another context',
      REQUESTS,
      sent(command, REQUESTS, { token: tokenFor('users.requests') }),
      'unauthenticated',
    ),
    refused(
      'with the token of an event',
      REQUESTS,
      sent(command, REQUESTS, { token: tokenFor('payments.any') }),
      'unauthenticated',
    ),
    refused(
      'on the lane of another context',
      REQUESTS,
      sent({ ...command, type: 'users.end-session' }, REQUESTS),
      'unauthenticated',
    ),
    refused(
      'an event that its context did not sign',
      MAILS,
      sent(event, MAILS, { as: { ...ORDERS, service: 'payments' } }),
      'unauthenticated',
    ),
    refused('that has expired', REQUESTS, sent(command, REQUESTS, { now: NOW - 7_501 }), 'not-delivered'),
    refused(
      'under a key that is not known',
      REQUESTS,
      write(other, command, {
        address: REQUESTS,
        token: tokenOf(other, ORDERS, { address: REQUESTS, host: HOST, now: NOW }),
        number: 1,
      }),
      'not-delivered',
    ),
  ];
}

/** How an answer ended, as it crosses; hosts that share a secret prove none. */
export interface AnswerVector {
  readonly name: string;
  readonly bytes: string;
  readonly outcome: Outcome;
}

/** Every form that an outcome has. */
export function answerVectors(): readonly AnswerVector[] {
  const outcomes: Readonly<Record<string, Outcome>> = {
    'success with a value': { outcome: 'success', value: { reservationId: 'r-1' } },
    'success without one': { outcome: 'success' },
    'a failure that the contract lists': {
      outcome: 'failure',
      name: 'payments.card-declined',
      version: 1,
      data: { reason: 'funds' },
      detail: 'the card was declined',
      retryable: false,
      status: 402,
    },
    'an error with problems of fields': {
      outcome: 'error',
      code: 'contract-violation',
      detail: 'payments.charge-payment is not valid',
      problems: [{ pointer: '/amountMinor', detail: 'expected a whole number' }],
    },
    'an error that lasts': {
      outcome: 'error',
      code: 'not-delivered',
      detail: 'a newer release is needed',
      lasting: true,
    },
  };
  return Object.entries(outcomes).map(([name, outcome]) => ({
    name,
    bytes: Buffer.from(
      JSON.stringify({ ...base, source: '/payments', type: 'payments.charge-payment', kind: 'reply', data: outcome }),
    ).toString('base64'),
    outcome,
  }));
}
