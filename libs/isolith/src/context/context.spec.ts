import { describe, expect, it } from '@jest/globals';
import { command, event, failure } from '@isolith/contracts';
import { z } from 'zod';
import { context, lazily } from './context.js';

class Pay extends command('payments.pay', { input: z.object({ amount: z.int() }) }) {}
class Declined extends failure('payments.declined', { status: 409, detail: () => 'declined' }) {}
class Paid extends event('payments.paid', { input: z.object({ id: z.string() }), key: 'id' }) {}
class Place extends command('orders.place', { input: z.object({}) }) {}

describe('a context', () => {
  it('is data, frozen, with nothing where nothing is stated', () => {
    const payments = context('payments', { contracts: [Pay, Declined, Paid] });
    expect(payments).toEqual({
      name: 'payments',
      contracts: [Pay, Declined, Paid],
      needs: [],
      policies: [],
      subscriptions: {},
      settings: {},
      schemas: [],
    });
    expect(Object.isFrozen(payments)).toBe(true);
  });

  it('may take events of others and of its own', () => {
    const { subscriptions } = context('payments', { subscriptions: { books: { events: [Paid] } } });
    expect(subscriptions.books.events).toEqual([Paid]);
  });

  it('owns its own messages and needs those of others: everything else is named at once', () => {
    expect(() => context('orders', { contracts: [Place, Pay, Declined], needs: [Place] })).toThrow(
      new TypeError(
        'context orders: payments.pay is of another context; payments.declined is of another context; orders.place is its own: what a context needs is of others',
      ),
    );
  });

  it('may say which schema its tables are in: a name that SQL need not quote, and never that of the application', () => {
    expect(context('payments', { schema: 'app_payments' }).schema).toBe('app_payments');
    expect(() => context('payments', { schema: 'public' })).toThrow(
      "context payments: schema: public is where an application's own tables are",
    );
    expect(() => context('payments', { schema: 'App' })).toThrow(
      "context payments: schema: App can't be a schema's name",
    );
    expect(() => context('public')).toThrow("context public: schema: public is where an application's own tables are");
    expect(context('public', { schema: 'app_public' }).schema).toBe('app_public');
  });

  it('says where its code is, and imports it when asked', async () => {
    class PaymentsModule {}
    let imported = 0;
    const payments = lazily(context('payments'), {
      module: async () => {
        imported += 1;
        return PaymentsModule;
      },
    });
    expect([imported, payments.name]).toEqual([0, 'payments']);
    expect(await payments.module?.()).toBe(PaymentsModule);
    expect(imported).toBe(1);
  });
});
