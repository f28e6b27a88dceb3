import { randomBytes, randomUUID } from 'node:crypto';
import type { Draw } from '../plan/draw.js';

/** A message that nobody can take, as bytes; no two are the same. */
export type Shape = (
  to: { readonly context: string; readonly type: string; readonly kind: Kind },
  draw: Draw,
) => Buffer;
export type Kind = 'command' | 'query' | 'event';

const HOSTILE_DEPTH = 20_000;
/** Fewer bytes could come twice: of those one copy is kept. */
const LEAST_RANDOM = 16;
/** Of an envelope, the id with what is before it. */
const WITH_ID = 64;

const envelope = (type: string, kind: Kind, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  specversion: '1.0',
  id: randomUUID(),
  source: `/${type.split('.')[0] ?? ''}`,
  type,
  time: '2026-01-01T00:00:00Z',
  kind,
  schemaversion: 1,
  correlationid: randomUUID(),
  ...(kind === 'event' ? { subject: randomUUID() } : {}),
  data: {},
  ...more,
});
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** A token as this shop's are, of another key. */
const foreignToken = (): string =>
  [
    Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url'),
    Buffer.from(JSON.stringify({ service: 'orders', roles: [], iss: 'isolith', iat: 1 })).toString('base64url'),
    randomBytes(32).toString('base64url'),
  ].join('.');

/** What is no envelope: nobody can say whose it is, and it is the medium's to set aside. */
export const malformed: Readonly<Record<string, Shape>> = {
  garbage: (_, draw) => randomBytes(draw.whole(LEAST_RANDOM, 2_000)),
  'truncated JSON': ({ type, kind }, draw) => {
    const whole = bytes(envelope(type, kind));
    return whole.subarray(0, draw.whole(WITH_ID, whole.length - 1));
  },
  'deep nesting': ({ type, kind }) =>
    Buffer.from(
      `${JSON.stringify(envelope(type, kind)).slice(0, -3)}${'['.repeat(HOSTILE_DEPTH)}${']'.repeat(HOSTILE_DEPTH)}`,
    ),
  'another version of the envelope': ({ type, kind }) => bytes(envelope(type, kind, { specversion: '2.0' })),
  'no JSON object': (_, draw) => bytes([draw.pick([null, true, 0, 'text', []]), randomUUID()]),
  'bytes that are no UTF-8': ({ type, kind }) =>
    Buffer.concat([Buffer.from([0xff, 0xfe, 0xc0]), bytes(envelope(type, kind))]),
  'an endless id': ({ type, kind }) => bytes(envelope(type, kind, { id: randomUUID().repeat(1_000) })),
};

/** An envelope whose sender can't be established. */
export const unsigned: Readonly<Record<string, Shape>> = {
  'no token': ({ type, kind }) => bytes(envelope(type, kind)),
  'a principal instead of a token': ({ type, kind }) =>
    bytes(envelope(type, kind, { principal: { service: 'orders', user: randomUUID(), roles: ['admin'] } })),
  'a foreign token': ({ type, kind }) => bytes(envelope(type, kind, { token: foreignToken() })),
  'no token at all': ({ type, kind }) => bytes(envelope(type, kind, { token: randomBytes(200).toString('latin1') })),
};

/** So large that it must not be read. */
export const enormous: Shape = ({ type, kind }) =>
  bytes(envelope(type, kind, { data: { text: 'x'.repeat(48 * 2 ** 20) } }));
