import { describe, expect, it } from '@jest/globals';
import { orderFiles } from './order-files.js';

const SAGA = 'src/orders/features/checkout.saga.ts';
const AFTERWARDS = 'libs/message-bus/src/transport/in-process-transport.ts';

describe('the files of an order', () => {
  it('are those that every order enters, in the order of most, until the saga and until confirmed', () => {
    expect(
      orderFiles([
        ['edge', 'route', SAGA, 'step', 'timer', 'confirm', AFTERWARDS, 'mail'],
        ['edge', 'route', SAGA, 'confirm', 'step', AFTERWARDS, 'mail'],
        ['timer', 'edge', 'route', SAGA, 'step', 'confirm', AFTERWARDS, 'mail'],
      ]),
    ).toEqual({ untilSaga: ['edge', 'route'], untilConfirmed: [SAGA, 'step', 'confirm'] });
  });

  it('are none of a projection, which is written when it is', () => {
    const order = ['edge', 'libs/x/src/projection/run.ts', SAGA, 'src/orders/infra/order-list.ts', AFTERWARDS];
    expect(orderFiles([order])).toEqual({ untilSaga: ['edge'], untilConfirmed: [SAGA] });
  });

  it('that is before the saga in some and behind it in others is one behind it', () => {
    expect(
      orderFiles([
        ['edge', 'answer', SAGA, AFTERWARDS],
        ['edge', SAGA, 'answer', AFTERWARDS],
        ['edge', SAGA, 'answer', AFTERWARDS],
      ]),
    ).toEqual({ untilSaga: ['edge'], untilConfirmed: [SAGA, 'answer'] });
  });

  it('are not those of an order that begins before all is done for the one before', () => {
    const one = ['edge', SAGA, 'step', AFTERWARDS];
    expect(orderFiles([one, ['edge', AFTERWARDS, SAGA, 'step'], one]).untilSaga).toEqual(['edge']);
  });

  it('are unknown when most have no saga, or no end', () => {
    expect(() =>
      orderFiles([
        ['edge', AFTERWARDS],
        ['edge', SAGA],
        ['edge', SAGA, AFTERWARDS],
      ]),
    ).toThrow('1 of 3 orders entered src/orders/features/checkout.saga.ts');
  });
});
