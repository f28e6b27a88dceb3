import { hostileTexts } from '@isolith/contracts/testing';
import { seededRandom } from '../support/seeded-random.js';

export interface HostileRequest {
  readonly what: string;
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer;
}

type Fields = Readonly<Record<string, unknown>>;

const ID = '0198b0a4-0000-7000-8000-000000000000';
const ADDRESS = { name: 'Ada', line1: '1 Way', city: 'London', postalCode: 'N1', country: 'GB' };

/** Every route that takes a body, with one that it would take. */
const BODIES: readonly (readonly [method: string, path: string, body: Fields])[] = [
  ['POST', '/v1/users', { email: 'h@shop.example', password: 'long enough', name: 'H' }],
  ['POST', '/v1/sessions', { email: 'h@shop.example', password: 'long enough' }],
  ['POST', '/v1/sessions/refresh', { refreshToken: 'x.y.z' }],
  ['PATCH', '/v1/users/me', { name: 'H' }],
  ['PATCH', `/v1/users/${ID}`, { roles: ['customer'] }],
  ['POST', '/v1/products', { sku: 'H-1', name: 'H', priceMinor: 1, currency: 'EUR' }],
  ['PATCH', '/v1/products/H-1', { name: 'H' }],
  ['POST', '/v1/inventory/H-1/receipts', { quantity: 1 }],
  ['POST', '/v1/orders', { lines: [{ sku: 'H-1', quantity: 1 }], paymentToken: 'tok_ok', address: ADDRESS }],
];
const PATHS = [
  '/v1/products?q=',
  '/v1/products?cursor=',
  '/v1/products?limit=',
  '/v1/orders?cursor=',
  '/v1/orders?status=',
  '/v1/orders?customerId=',
  '/v1/notifications?cursor=',
  '/v1/products/',
  '/v1/orders/',
  '/v1/inventory/',
  '/v1/payments/',
  '/v1/shipments/',
  '/actuator/parked?key=',
  '/actuator/parked?cursor=',
  '/actuator/sagas?name=',
  '/actuator/parked/orders/',
  '/docs/assets/',
  '/v1/',
  '/',
];
const HEADERS = [
  'idempotency-key',
  'authorization',
  'prefer',
  'traceparent',
  'content-type',
  'accept',
  'x-forwarded-for',
];
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT', 'HEAD', 'OPTIONS'];
/** What JSON can say and a schema, a number or a database may not expect. */
const VALUES = [null, true, -1, 0, 1e21, -0, 2 ** 53, 1e-300, '', [], {}, [[]], { $ref: '#' }, [null], '0'];
const BROKEN = [
  '{',
  '[',
  '"',
  '{"a":1,}',
  'nul',
  '1e999',
  '{"a":1}{"b":2}',
  '\ufeff{}',
  '{"__proto__":{"x":1}}',
  "{'a':1}",
];
const BYTES = ['ff', 'c0af', 'eda080', 'f4908080', '7b2261223a22ff227d', '00', 'fffe7b007d00'];

const BODY_LIMIT = 65_000;
/** Node reads 16 KiB of headers, the path among them. */
const HEADER_LIMIT = 12_000;

/** So many requests that somebody hostile could send, the same for the same seed. */
export function* hostileRequests(count: number, seed: number, token: string): Generator<HostileRequest> {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[]): T => {
    const found = from[Math.floor(random() * from.length)];
    if (found === undefined) throw new RangeError('nothing to pick from');
    return found;
  };
  const long = [...hostileTexts(BODY_LIMIT, ['A', 'h@h.'])];
  const short = [...hostileTexts(60, ['A'])];
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const text = (): string => pick(random() < 0.5 ? long : short).text;

  const kinds: readonly ((sample: Fields) => Buffer)[] = [
    (sample) => json(withOne(sample, random, text())),
    (sample) => json(withOne(sample, random, text())),
    (sample) => json(withOne(sample, random, pick(VALUES))),
    (sample) =>
      json(
        withOne(
          sample,
          random,
          Array.from({ length: 15_000 }, () => pick(VALUES.slice(0, 3))),
        ),
      ),
    (sample) => json({ ...sample, ...Object.fromEntries(Array.from({ length: 4_000 }, (_, n) => [`f${n}`, n])) }),
    () => Buffer.from('['.repeat(32_000) + ']'.repeat(32_000)),
    () => Buffer.from('{"a":'.repeat(12_000)),
    () => Buffer.from(pick(BROKEN)),
    () => Buffer.from(pick(BYTES), 'hex'),
    () => json(text()),
    () => Buffer.alloc(70_000, 'a'),
    (sample) => json(sample),
  ];
  for (let sent = 0; sent < count; sent += 1) {
    const where = random();
    const authorization = random() < 0.8 ? { authorization: `Bearer ${token}` } : {};
    if (where < 0.6) {
      const [method, path, sample] = pick(BODIES);
      const kind = Math.floor(random() * kinds.length);
      const body = (kinds[kind] ?? json)(sample);
      const headers = { 'content-type': 'application/json', 'idempotency-key': `k-${sent}`, ...authorization };
      yield { what: `${method} ${path} body ${kind}`, method, path, headers, body };
    } else if (where < 0.85) {
      const [path, method] = [pick(PATHS), random() < 0.8 ? 'GET' : pick(METHODS)];
      const value = text().slice(0, random() < 0.5 ? 90 : HEADER_LIMIT / 12);
      const spelled =
        random() < 0.8 ? encodeURIComponent(value.toWellFormed()) : pick(['%ff', '%', '%00', '%ed%a0%80', '..%2f']);
      yield { what: `${method} ${path}`, method, path: path + spelled.slice(0, HEADER_LIMIT), headers: authorization };
    } else {
      const name = pick(HEADERS);
      // What Node's client lets through: visible Latin-1, as bytes.
      const value = text()
        .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, '?')
        .slice(0, HEADER_LIMIT);
      const [method, path, sample] = pick(BODIES);
      const headers = { 'content-type': 'application/json', ...authorization, [name]: value };
      yield { what: `${method} ${path} header ${name}`, method, path, headers, body: json(sample) };
    }
  }
}

/** The sample with one value, at whatever depth, replaced. */
function withOne(sample: Fields, random: () => number, value: unknown): unknown {
  const names = Object.keys(sample);
  const name = names[Math.floor(random() * names.length)] ?? 'x';
  const inner = sample[name];
  const deeper = typeof inner === 'object' && inner !== null && !Array.isArray(inner) && random() < 0.8;
  return { ...sample, [name]: deeper ? withOne({ ...inner }, random, value) : value };
}
