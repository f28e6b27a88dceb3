import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { codec, envelopeSchema, MalformedEnvelopeError, outcomeSchema, type Principal } from '@isolith/contracts';
import fc from 'fast-check';
import { crossing } from './spec-support/crossing.js';
import { ForeignRefusal, parse, tokenOf, write, type Attributes } from './spec-support/foreign-wire.js';
import { answerVectors, NOW, SECRET, wireVectors } from './spec-support/wire-vectors.js';
import { addressOf, foreignHost, isolithHost, key, over } from './spec-support/wire-readers.js';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../../../docs/wire/${path}`, import.meta.url));
const PAGE = readFileSync(fileOf('README.md'), 'utf8');
/** Set to write the vectors instead of only looking at them. */
const WRITE = process.env['ISOLITH_WRITE_DOCS'] === '1';

/** The time that is left has passed in part when a host reads it. */
const withDeadline = (read: object): unknown =>
  'envelope' in read && Object.hasOwn(Object(read.envelope), 'timeout')
    ? { ...read, envelope: { ...Object(read.envelope), timeout: 'a deadline' } }
    : read;

/** The life of a token is measured with the clock of the day; what waits is measured with another one. */
beforeEach(() => {
  jest.useFakeTimers({ now: NOW * 1_000, doNotFake: ['performance', 'setImmediate', 'nextTick', 'queueMicrotask'] });
});
afterEach(() => {
  jest.useRealTimers();
});

describe('the vectors of docs/wire', () => {
  const all = { secret: SECRET, now: NOW, messages: wireVectors(), answers: answerVectors() };

  it('are those that are made here', () => {
    // A line for each, so that a change shows which.
    const lines = (some: readonly unknown[]): string => some.map((one) => `    ${JSON.stringify(one)}`).join(',\n');
    const text = `{
  "secret": ${JSON.stringify(all.secret)},
  "now": ${all.now},
  "messages": [
${lines(all.messages)}
  ],
  "answers": [
${lines(all.answers)}
  ]
}
`;
    if (WRITE) writeFileSync(fileOf('vectors.json'), text);
    expect(readFileSync(fileOf('vectors.json'), 'utf8')).toBe(text);
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(all)));
  });

  it.each(all.messages)(
    '$name: is read by Isolith as by whoever follows the page',
    async ({ address, bytes, read }) => {
      const crossed = Buffer.from(bytes, 'base64');
      expect(foreignHost(address)(crossed)).toEqual(read);
      expect(await (await isolithHost(address))(crossed)).toEqual(withDeadline(read));
    },
  );

  it('that are read once are not read again where a repetition is an attack', async () => {
    for (const { address, bytes, read } of all.messages) {
      if ('refused' in read) continue;
      const crossed = Buffer.from(bytes, 'base64');
      const again = addressOf(address).lane === 'subscription' ? read : { refused: 'outcome-unknown' };
      const [foreign, own] = [foreignHost(address), await isolithHost(address)];
      foreign(crossed);
      await own(crossed);
      expect(foreign(crossed)).toEqual(again);
      // A broadcast that came before is dropped, and nobody is told.
      const silent = address === 'broadcast' ? { refused: 'nothing was said' } : withDeadline(again);
      expect(await own(crossed)).toEqual(silent);
    }
  });

  it.each(all.answers)('$name: is the same outcome to both', ({ bytes, outcome }) => {
    const crossed = Buffer.from(bytes, 'base64');
    expect(parse(crossed).envelope['data']).toEqual(outcome);
    expect(outcomeSchema.parse(codec.decode(crossed).data)).toEqual(outcome);
  });

  it('have every attribute that an envelope may have, and every form of an outcome', () => {
    const said = new Set(
      all.messages
        .flatMap(({ read }) => ('refused' in read ? [] : Object.keys(read.envelope)))
        .concat('token', 'proof'),
    );
    const inside = ['principal'];
    expect(Object.keys(envelopeSchema.shape).filter((name) => !said.has(name) && !inside.includes(name))).toEqual([]);
    expect(new Set(all.answers.map(({ outcome }) => outcome.outcome))).toEqual(
      new Set(['success', 'failure', 'error']),
    );
  });
});

describe('what is read', () => {
  const command = JSON.parse(Buffer.from(wireVectors()[0]?.bytes ?? '', 'base64').toString('utf8'));
  const readers = [(bytes: Buffer): unknown => codec.decode(bytes), parse];
  const isRead = (read: (bytes: Buffer) => unknown, attribute: string, length: number): boolean => {
    try {
      read(Buffer.from(JSON.stringify({ ...command, [attribute]: 'x'.repeat(length) })));
      return true;
    } catch (error) {
      if (error instanceof MalformedEnvelopeError || error instanceof ForeignRefusal) return false;
      throw error;
    }
  };

  it.each([
    ['id', 200],
    ['type', 200],
    ['subject', 500],
    ['correlationid', 200],
    ['causationid', 200],
    ['traceparent', 100],
    ['token', 4_096],
    ['revokes', 200],
    ['proof', 1_803],
  ])('%s has %i characters at most to both, as the page says', (attribute, most) => {
    const row = PAGE.split('\n').find((line) => line.startsWith(`| \`${attribute}\` |`));
    expect(row).toMatch(new RegExp(`\\b${most.toLocaleString('en')} characters`));
    for (const read of readers)
      expect([most, most + 1].map((length) => isRead(read, attribute, length))).toEqual([true, false]);
  });

  it.each(['id', 'type', 'correlationid'])('%s may not be empty to either', (attribute) => {
    for (const read of readers) expect(isRead(read, attribute, 0)).toBe(false);
  });
});

describe('what one writes the other reads', () => {
  it('though the other has no line of Isolith', () => {
    const source = readFileSync(new URL('./spec-support/foreign-wire.ts', import.meta.url), 'utf8');
    expect([...source.matchAll(/(?:from|import)\s*\(?'([^']+)'/g)].map(([, module]) => module)).toEqual([
      'node:crypto',
    ]);
  });

  const senders = fc.record(
    {
      service: fc.constantFrom('orders', 'gateway'),
      user: fc.string({ minLength: 1, maxLength: 40 }),
      roles: fc.array(fc.string({ maxLength: 20 }), { maxLength: 5 }),
      delegate: fc.constant(true as const),
    },
    { requiredKeys: ['service', 'roles'] },
  );

  it('whatever the data, and whoever sends it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 5 }), senders, fc.boolean(), async (value, sender, isQuery) => {
        const address = isQuery ? 'payments.queries' : 'payments.requests';
        const attributes = {
          specversion: '1.0',
          id: 'm-1',
          source: '/orders',
          type: 'payments.charge-payment',
          time: '2026-01-01T00:00:00.000Z',
          kind: isQuery ? 'query' : 'command',
          schemaversion: 1,
          correlationid: 'c-1',
          data: JSON.parse(JSON.stringify(value)),
        } as const;
        const principal: Principal = sender;
        const expected = { sender: JSON.parse(JSON.stringify(sender)), envelope: attributes as Attributes };
        expect(foreignHost(address)(await crossing(over, { ...attributes, principal }, addressOf(address)))).toEqual(
          expected,
        );
        const token = tokenOf(key, sender, { address, host: 'foreign', now: NOW });
        expect(await (await isolithHost(address))(write(key, attributes, { address, token, number: 1 }))).toEqual(
          expected,
        );
      }),
      { numRuns: 200 },
    );
  });
});
