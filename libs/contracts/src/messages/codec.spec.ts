import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { codec, MalformedEnvelopeError, provedText, steadyNow, type Envelope } from '../index.js';

setFlagsFromString('--expose-gc');
const gc = z
  .custom<(options: { type: 'minor' }) => void>((found) => typeof found === 'function')
  .parse(runInNewContext('gc'));

const envelope: Envelope = {
  specversion: '1.0',
  id: 'm-1',
  source: '/orders',
  type: 'inventory.reserve-stock',
  time: '2026-01-02T03:04:05.678Z',
  kind: 'command',
  schemaversion: 1,
  correlationid: 'c-1',
  principal: { service: 'orders', user: 'u-1', roles: ['customer'] },
  data: { orderId: 'o-1', lines: [{ sku: 'MUG', quantity: 1 }], note: 'ünï©ode 🎉' },
};

const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);

describe('the codec', () => {
  it('brings back what it was given', () => {
    expect(codec.decode(codec.encode(envelope))).toEqual(envelope);
  });

  it('writes byte for byte what was proved, with the proof behind it, and reads both', () => {
    let proved = '';
    const sent = codec.prove({ ...envelope, deadline: steadyNow() + 5_000 }, (text) => {
      proved = text;
      return 'p-1';
    });
    const bytes = codec.encode(sent);
    expect(Buffer.from(bytes).toString('utf8')).toBe(`${proved},"proof":"p-1"}`);
    const read = codec.decode(bytes);
    expect(read).toMatchObject({ ...envelope, proof: 'p-1' });
    expect(Buffer.from(provedText(read) ?? '').toString('utf8')).toBe(proved);
  });

  it.each([
    ['has a proof that does not stand last', JSON.stringify({ proof: 'p-1', ...envelope })],
    ['has white space behind it', `${JSON.stringify({ ...envelope, proof: 'p-1' })} `],
    ['has no proof', JSON.stringify(envelope)],
  ])('what %s has no text that was proved', (_, text) => {
    expect(provedText(codec.decode(Buffer.from(text)))).toBeUndefined();
  });

  it('drops an attribute that this version does not know', () => {
    const newer = Buffer.from(JSON.stringify({ ...envelope, later: 1 }));
    expect(codec.decode(newer)).toEqual(envelope);
  });

  it.each([
    ['not UTF-8 JSON', Buffer.from([0xff, 0x00])],
    ['cut off', Buffer.from(codec.encode(envelope)).subarray(0, 40)],
    ['no object', Buffer.from('null')],
    ['without an id', Buffer.from(JSON.stringify({ ...envelope, id: undefined }))],
    ['of an unknown kind', Buffer.from(JSON.stringify({ ...envelope, kind: 'wish' }))],
    ['of another CloudEvents version', Buffer.from(JSON.stringify({ ...envelope, specversion: '2.0' }))],
    ['not UTF-8 inside of a text', Buffer.from(JSON.stringify({ ...envelope, data: 'M\u00fcller' }), 'latin1')],
    ['cut inside of a character', Buffer.from(codec.encode(envelope)).subarray(0, -9)],
    ['for a key that is no text', Buffer.from(JSON.stringify({ ...envelope, subject: 'k\ud800' }))],
    [
      'nested deeper than a stack',
      Buffer.from(JSON.stringify({ ...envelope, data: '?' }).replace('"?"', nested(50_000))),
    ],
    ['for a key that no database holds', Buffer.from(JSON.stringify({ ...envelope, subject: 'k\0' }))],
  ])('refuses bytes that are %s (fault 34)', (_, bytes) => {
    expect(() => codec.decode(bytes)).toThrow(MalformedEnvelopeError);
  });

  it('names the attribute that is wrong', () => {
    const wrong = Buffer.from(JSON.stringify({ ...envelope, schemaversion: 'one' }));
    expect(() => codec.decode(wrong)).toThrow('/schemaversion');
  });
});

describe('what was decoded', () => {
  it.each([
    ['refused', Buffer.from(nested(5_000))],
    ['an envelope', Buffer.from(JSON.stringify({ ...envelope, data: Array.from({ length: 5_000 }, () => [[]]) }))],
  ])('and is %s is gone with the next collection of the young generation', (_, bytes) => {
    const decode = (): void => {
      try {
        codec.decode(bytes);
      } catch (error) {
        if (!(error instanceof MalformedEnvelopeError)) throw error;
      }
    };
    const held = (): number => {
      gc({ type: 'minor' });
      return process.memoryUsage().heapUsed;
    };
    decode();
    const before = held();
    for (let nth = 0; nth < 100; nth += 1) decode();
    // Each takes some 200 KB.
    expect(held() - before).toBeLessThan(5 * 2 ** 20);
  });
});

describe('a deadline (fault 8)', () => {
  afterEach(() => void jest.useRealTimers());

  it('crosses as the time that is left, and is of the clock of whoever reads it', () => {
    const wire = codec.encode({ ...envelope, deadline: steadyNow() + 5_000 });
    const { timeout, ...rest } = JSON.parse(Buffer.from(wire).toString('utf8'));
    expect(rest).not.toHaveProperty('deadline');
    expect(timeout).toBeGreaterThan(4_000);
    expect(timeout).toBeLessThanOrEqual(5_000);
    const read = codec.decode(wire).deadline ?? Number.NaN;
    expect(read - steadyNow()).toBeGreaterThan(4_000);
    expect(read - steadyNow()).toBeLessThanOrEqual(5_000);
  });

  it('that is over crosses as nothing left, one that never comes as a very long time, and without one there is none', () => {
    const timeoutOf = (deadline: number | undefined) =>
      JSON.parse(Buffer.from(codec.encode({ ...envelope, deadline })).toString('utf8')).timeout;
    expect([0, steadyNow() - 1, Infinity, undefined].map(timeoutOf)).toEqual([
      0,
      0,
      Number.MAX_SAFE_INTEGER,
      undefined,
    ]);
  });

  it('as a moment, from a host of the release before, is not believed', () => {
    const before = Buffer.from(JSON.stringify({ ...envelope, deadline: 1_767_323_045_678 }));
    expect(codec.decode(before)).toEqual(envelope);
  });

  it('is not moved by whoever sets the clock of the host', () => {
    const before = steadyNow();
    jest.useFakeTimers({ now: Date.now() + 3_600_000, doNotFake: ['performance'] });
    expect(steadyNow() - before).toBeLessThan(60_000);
  });
});
