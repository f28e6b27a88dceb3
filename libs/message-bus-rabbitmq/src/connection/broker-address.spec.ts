import { describe, expect, it } from '@jest/globals';
import { brokerAddresses } from './broker-address.js';

const shown = (urls: string): readonly string[] => brokerAddresses(urls).map((address) => address.shown);

describe('the address of a broker', () => {
  it('is shown without its account', () => {
    expect(shown('amqps://user:hush@broker:5671/shop')).toEqual(['amqps://broker:5671/shop']);
  });

  it('may be several, nodes of one cluster', () => {
    expect(shown('amqp://u:a%2Cb@one/shop, amqp://u:p@two:5673/shop')).toEqual([
      'amqp://one/shop',
      'amqp://two:5673/shop',
    ]);
  });

  it('is refused for all that is wrong with each, which is named by its place (fault 51)', () => {
    const wrong = (): unknown => brokerAddresses('amqp://u:hush@one,http://u:hush@two,three:hush,');
    expect(wrong).toThrow(/^address 2 of 4: expected .*; address 3 of 4: expected .*; address 4 of 4: expected /);
    expect(wrong).not.toThrow(/hush/);
    expect(() => brokerAddresses('amqp://one/a,amqp://two/b')).toThrow('one virtual host, not "a", "b"');
  });
});
