import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/*
 * The wire as docs/wire says it, for hosts that share AUTH_SECRET: written from that page alone and without a line of
 * Isolith's, as a service in another language would be. Nothing else may be imported here.
 */

/** What `JSON.parse` returns where an object was expected. */
export type Attributes = Readonly<Record<string, unknown>>;

/** Whom a token speaks for. */
export interface Sender {
  readonly service: string;
  readonly user?: string;
  readonly roles: readonly string[];
  readonly delegate?: true;
}

/** A message that was read and is believed. */
export interface Read {
  readonly sender: Sender;
  readonly envelope: Attributes;
}

/** Why a message is not believed, by the code that its sender is answered. */
export class ForeignRefusal extends Error {
  constructor(readonly code: 'malformed' | 'unauthenticated' | 'not-delivered' | 'outcome-unknown') {
    super(code);
  }
}

const DEEPEST = 64;
const CLOCKS_APART_SECONDS = 7_200;
const REQUEST_SECONDS = 300;

export const messageKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'utf8'), '', 'isolith message token v1', 32));

function hmac(key: Buffer, ...parts: readonly (string | Uint8Array)[]): Buffer {
  const digest = createHmac('sha256', key);
  for (const part of parts) digest.update(part);
  return digest.digest();
}

const keyId = (key: Buffer): string => hmac(key, 'key id').toString('base64url').slice(0, 12);

const contextOf = (address: string): string => (address === 'broadcast' ? '*' : (address.split('.', 1)[0] ?? ''));
const isRequestLane = (address: string): boolean => /\.(?:requests|queries)$/.test(address);

function audience(address: string, isDelegate: boolean): string {
  if (!isRequestLane(address)) return `isolith:events:${contextOf(address)}`;
  return `isolith:${isDelegate ? 'delegates' : 'requests'}:${contextOf(address)}`;
}

interface Signing {
  readonly address: string;
  /** Names this process: 1 to 16 characters that no other has. */
  readonly host: string;
  /** Seconds since 1970. */
  readonly now: number;
}

/** A token for an address, to be used for up to a minute. */
export function tokenOf(key: Buffer, sender: Sender, { address, host, now }: Signing): string {
  const expiry = isRequestLane(address) ? { exp: now + REQUEST_SECONDS } : {};
  const claims = {
    ...sender,
    host,
    proofs: 1,
    iat: now,
    ...expiry,
    aud: audience(address, sender.delegate === true),
    iss: 'isolith',
  };
  const signed = [{ alg: 'HS256', typ: 'JWT', kid: keyId(key) }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${signed}.${hmac(key, signed).toString('base64url')}`;
}

const proofOf = (key: Buffer, token: string, head: string, text: string): string =>
  hmac(hmac(key, 'proofs under ', token), head, text).toString('base64url');

interface Writing {
  readonly address: string;
  readonly token: string;
  /** 1, 2, 3, … for all that this process sends. */
  readonly number: number;
}

export function write(key: Buffer, envelope: Attributes, { address, token, number }: Writing): Buffer {
  const text = JSON.stringify({ ...envelope, token }).slice(0, -1);
  const mac = proofOf(key, token, `${address} ${number}\n`, text);
  return Buffer.from(`${text},"proof":"${number.toString(36)}.${mac}"}`, 'utf8');
}

function isAttributes(value: unknown): value is Attributes {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function tooDeep(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return left === 0 || Object.values(value).some((inner) => tooDeep(inner, left - 1));
}

/** Throws a ForeignRefusal (`malformed`) for what is no envelope. */
export function parse(bytes: Uint8Array): { readonly text: string; readonly envelope: Attributes } {
  const { text, value: envelope } = decoded(bytes);
  if (isAttributes(envelope) && !tooDeep(envelope, DEEPEST) && isEnvelope(envelope)) return { text, envelope };
  throw new ForeignRefusal('malformed');
}

function decoded(bytes: Uint8Array): { readonly text: string; readonly value: unknown } {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return { text, value: JSON.parse(text) };
  } catch {
    throw new ForeignRefusal('malformed');
  }
}

const isText = (value: unknown, least: number, most: number): boolean =>
  typeof value === 'string' && value.length >= least && value.length <= most;
const isTextIfAny = (value: unknown, most: number): boolean => value === undefined || isText(value, 0, most);

function isEnvelope({ specversion, id, source, type, time, kind, schemaversion, correlationid, ...more }: Attributes) {
  return (
    specversion === '1.0' &&
    isText(id, 1, 200) &&
    typeof source === 'string' &&
    source.startsWith('/') &&
    isText(type, 3, 200) &&
    typeof time === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/.test(time) &&
    typeof kind === 'string' &&
    ['command', 'query', 'event', 'reply'].includes(kind) &&
    Number.isInteger(schemaversion) &&
    Number(schemaversion) >= 1 &&
    isText(correlationid, 1, 200) &&
    isTextIfAny(more['subject'], 500) &&
    isTextIfAny(more['causationid'], 200) &&
    isTextIfAny(more['traceparent'], 100) &&
    isTextIfAny(more['token'], 4_096) &&
    isTextIfAny(more['revokes'], 200) &&
    isTextIfAny(more['proof'], 1_803) &&
    (more['byid'] === undefined || more['byid'] === true) &&
    (more['timeout'] === undefined || (Number.isInteger(more['timeout']) && Number(more['timeout']) >= 0))
  );
}

/** Reads what comes to one address, each message once. */
export class ForeignReader {
  readonly #seen = new Set<string>();

  constructor(
    private readonly key: Buffer,
    private readonly address: string,
    /** Seconds since 1970. */
    private readonly now: () => number,
  ) {}

  /** Throws a ForeignRefusal with the code that the sender is answered. */
  read(bytes: Uint8Array): Read {
    const { text, envelope } = parse(bytes);
    const { address } = this;
    const { token, proof, ...rest } = envelope;
    const type = String(envelope['type']);
    if (typeof token !== 'string') throw new ForeignRefusal('unauthenticated');
    if (isRequestLane(address) && !type.startsWith(`${contextOf(address)}.`))
      throw new ForeignRefusal('unauthenticated');
    const { sender, host } = this.#verified(token);
    if (!isRequestLane(address) && sender.service !== type.split('.', 1)[0])
      throw new ForeignRefusal('unauthenticated');
    const [, digits = '', said = ''] = /^([0-9a-z]{1,10})\.([\w-]{43})$/.exec(String(proof)) ?? [];
    const end = `,"proof":"${String(proof)}"}`;
    if (!text.endsWith(end)) throw new ForeignRefusal('unauthenticated');
    const number = Number.parseInt(digits, 36);
    const mac = proofOf(this.key, token, `${address} ${number}\n`, text.slice(0, -end.length));
    if (said.length !== mac.length || !timingSafeEqual(Buffer.from(said), Buffer.from(mac)))
      throw new ForeignRefusal('unauthenticated');
    const once = `${host} ${number}`;
    // Of a subscription its reader's inbox knows what it has handled.
    const isOnce = isRequestLane(address) || address === 'broadcast';
    if (isOnce && this.#seen.has(once)) throw new ForeignRefusal('outcome-unknown');
    this.#seen.add(once);
    return { sender, envelope: rest };
  }

  #verified(token: string): { readonly sender: Sender; readonly host: string } {
    const [head = '', body = '', signature = ''] = token.split('.');
    const header = json(head);
    const claims = json(body);
    const kid = header['kid'];
    if (header['alg'] !== 'HS256') throw new ForeignRefusal('unauthenticated');
    const right = hmac(this.key, `${head}.${body}`).toString('base64url');
    if (signature.length !== right.length || !timingSafeEqual(Buffer.from(signature), Buffer.from(right))) {
      // Whether it is forged only a host with the key that it names can say.
      const isOthers = typeof kid === 'string' && /^[\w-]{1,32}$/.test(kid) && kid !== keyId(this.key);
      throw new ForeignRefusal(isOthers ? 'not-delivered' : 'unauthenticated');
    }
    const { aud, iss, exp, service, user, roles, delegate, host } = claims;
    const isFor = aud === audience(this.address, delegate === true);
    if (iss !== 'isolith' || !isFor || typeof service !== 'string' || !Array.isArray(roles) || typeof host !== 'string')
      throw new ForeignRefusal('unauthenticated');
    if (typeof exp === 'number' && exp + CLOCKS_APART_SECONDS <= this.now()) throw new ForeignRefusal('not-delivered');
    return {
      sender: {
        service,
        ...(typeof user === 'string' ? { user } : {}),
        roles: roles.map(String),
        ...(delegate === true ? { delegate } : {}),
      },
      host,
    };
  }
}

function json(part: string): Attributes {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isAttributes(value) ? value : {};
  } catch {
    return {};
  }
}
