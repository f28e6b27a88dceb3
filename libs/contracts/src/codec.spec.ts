import { describe, expect, it } from '@jest/globals';
import { codec, MalformedEnvelopeError, type Envelope } from './index.js';

const envelope: Envelope = {
  specversion: '1.0',
  id: 'm-1',
  source: '/orders',
  type: 'inventory.reserve-stock',
  time: '2026-01-02T03:04:05.678Z',
  kind: 'command',
  schemaversion: 1,
  correlationid: 'c-1',
  deadline: 1_767_323_045_678,
  principal: { service: 'orders', user: 'u-1', roles: ['customer'] },
  data: { orderId: 'o-1', lines: [{ sku: 'MUG', quantity: 1 }], note: 'ünï©ode 🎉' },
};

describe('the codec', () => {
  it('brings back what it was given', () => {
    expect(codec.decode(codec.encode(envelope))).toEqual(envelope);
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
  ])('refuses bytes that are %s', (_, bytes) => {
    expect(() => codec.decode(bytes)).toThrow(MalformedEnvelopeError);
  });

  it('names the attribute that is wrong', () => {
    const wrong = Buffer.from(JSON.stringify({ ...envelope, schemaversion: 'one' }));
    expect(() => codec.decode(wrong)).toThrow('/schemaversion');
  });
});
