import { describe, expect, it } from '@jest/globals';
import { publicKeyList } from './public-key-list.js';
import { newServiceKey, readPublicKey } from './service-key.js';

const key = () => newServiceKey().publicKey;
const [one, two] = [key(), key()];
const said = (text: string) => publicKeyList.safeParse(text).error?.issues.map(({ message }) => message) ?? [];

describe('a list of public keys', () => {
  it('is read: a key for each context, two while it is changed, one for several contexts', () => {
    const list = publicKeyList.parse(` orders=${one} ${two} , my-users=${one},\n`);
    expect([...list].map(([context, keys]) => [context, keys.map(({ id }) => id)])).toEqual([
      ['orders', [readPublicKey(one)?.id, readPublicKey(two)?.id]],
      ['my-users', [readPublicKey(one)?.id]],
    ]);
  });

  it.each([
    ['without a context', `orders=${one},${two}`, ['part 2 of 2 names no context before a =']],
    ['with a name that is none', `Orders!=${one}`, ['part 1 of 1 names no context before a =']],
    ['without a key', 'orders=', ['orders has no key']],
    ['with half a key', `users=${one.slice(0, 50)}`, ['users has a key that is no P-256 public key as base64url']],
    [
      'with a private key',
      `users=${newServiceKey().privateKey}`,
      ['users has a key that is no P-256 public key as base64url'],
    ],
    ['with three keys', `users=${one} ${two} ${key()}`, ['users has 3 keys, 2 at most']],
    ['with a context twice', `users=${one},users=${two}`, ['users is there twice']],
    ['of nothing', ' , ', ['it lists nothing']],
    [
      'with several faults names all',
      `users=x,orders=${one},orders=`,
      ['users has a key that is no P-256 public key as base64url', 'orders is there twice', 'orders has no key'],
    ],
  ])('%s is refused', (_, text, problems) => {
    expect(said(text)).toEqual(problems);
  });

  it('is bounded', () => {
    const many = Array.from({ length: 65 }, (__, nth) => `c${nth}=${key()}`);
    expect(said(many.slice(0, 64).join(','))).toEqual([]);
    expect(said(many.join(','))).toEqual(['there are 65 different keys, 64 at most']);
  });
});
