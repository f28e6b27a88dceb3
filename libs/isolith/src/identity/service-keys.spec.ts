import { createECDH, hkdfSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { keysOf, newKey } from './spec-support/services.js';
import type { ServiceKey } from './service-key.js';

const [orders, payments] = [newKey(), newKey()];
const listed = { orders: [orders], payments: [payments], shipments: [payments] };
const ofOrders = keysOf({ own: orders }, listed);
const ofPayments = keysOf({ own: payments }, listed);
const bytes = (secret: { export(): Buffer } | undefined) => secret?.export().toString('hex');

/** By another way than the one that is tested. */
function agreed(mine: ServiceKey, theirs: ServiceKey, info: string): string {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(String(mine.privateKey.export({ format: 'jwk' }).d), 'base64url'));
  const { x, y } = theirs.key.export({ format: 'jwk' });
  const point = Buffer.concat([
    Buffer.from([4]),
    Buffer.from(String(x), 'base64url'),
    Buffer.from(String(y), 'base64url'),
  ]);
  return Buffer.from(hkdfSync('sha256', ecdh.computeSecret(point), '', info, 32)).toString('hex');
}

describe('the keys of a host', () => {
  it('agree with those of another on one secret for each direction', () => {
    const there = bytes(ofOrders.toward(payments));
    expect(there).toBe(agreed(payments, orders, `isolith proofs ${orders.id} ${payments.id} v1`));
    expect(ofPayments.from(orders).map(({ secret }) => bytes(secret))).toEqual([there]);
    expect(bytes(ofPayments.toward(orders))).not.toBe(there);
    expect(ofOrders.from(payments).map(({ secret }) => bytes(secret))).toEqual([bytes(ofPayments.toward(orders))]);
  });

  it('say whose a key is, and whom a message is proved to', () => {
    expect([...(ofOrders.listed(payments.id)?.contexts ?? [])]).toEqual(['payments', 'shipments']);
    expect(ofOrders.listed(newKey().id)).toBeUndefined();
    // A host of two contexts reads what is said to all once.
    expect(ofOrders.readersOf('*').map(({ id }) => id)).toEqual([orders.id, payments.id]);
    expect(ofOrders.readersOf('users')).toEqual([]);
  });

  it('open with the one of before as well, once it is not the same', () => {
    const fresh = newKey();
    const opening = (previous?: ServiceKey) =>
      keysOf({ own: fresh, ...(previous && { previous }) }, listed)
        .from(orders)
        .map(({ id }) => id);
    expect([opening(), opening(payments), opening(fresh)]).toEqual([[fresh.id], [fresh.id, payments.id], [fresh.id]]);
  });
});
