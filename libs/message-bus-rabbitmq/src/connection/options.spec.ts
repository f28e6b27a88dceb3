import { describe, expect, it } from '@jest/globals';
import { settingsOf } from './options.js';

describe('the options', () => {
  it('have defaults', () => {
    expect(settingsOf({ url: 'amqp://broker', name: 'orders' })).toEqual({
      url: 'amqp://broker',
      name: 'orders',
      prefetch: 256,
      confirmWindow: 256,
      maxWaiting: 10_000,
      patienceMs: 5_000,
    });
  });

  it('name everything that is wrong and show no password', () => {
    const wrong = (): unknown =>
      settingsOf({ url: 'http://user:hush@broker', name: '', prefetch: 0, confirmWindow: 1.5 });
    expect(wrong).toThrow(/^url: .*; name: .*; prefetch: .*; confirmWindow: /);
    expect(wrong).not.toThrow(/hush/);
  });
});
