import { describe, expect, it } from '@jest/globals';
import { event } from '@isolith/contracts';
import { z } from 'zod';
import { parseConfig } from '../config/parse-config.js';
import { flag, setting, wholeNumber } from '../variables/setting.js';
import { application } from './application.js';
import { context, lazily } from './context.js';

class Paid extends event('payments.paid', { input: z.object({ id: z.string() }), key: 'id' }) {}

const currency = () => setting('an ISO 4217 code', z.string().length(3).default('EUR'));
const orders = context('orders', {
  subscriptions: { payments: { events: [Paid] }, audit: { events: [Paid], from: 'now' } },
  settings: { CURRENCY: currency(), DEMO: flag(false) },
});
const payments = context('payments', {
  settings: { CURRENCY: currency(), TIMEOUT_MS: wholeNumber(1, 100, 10) },
  schemas: ['sandbox'],
});

describe('an application', () => {
  const shop = application('shop', [orders, payments], { RATE: wholeNumber(1, 9, 5) });

  it('tells its contexts, and every subscription with its events', () => {
    expect(shop.names).toEqual(['orders', 'payments']);
    expect(shop.subscriptions).toEqual([
      { context: 'orders', subscription: 'payments', from: 'beginning', events: [Paid.contract] },
      { context: 'orders', subscription: 'audit', from: 'now', events: [Paid.contract] },
    ]);
  });

  it('knows whose database a schema is in', () => {
    expect(['orders', 'payments', 'sandbox'].map((schema) => shop.ownerOf(schema))).toEqual([
      'orders',
      'payments',
      'payments',
    ]);
  });

  it('has no schema for two: they are named, wherever the rows of each are today', () => {
    expect(() =>
      application('shop', [
        context('a-b'),
        context('a_b'),
        context('stock', { schema: 'sandbox' }),
        context('payments', { schemas: ['sandbox'] }),
      ]),
    ).toThrow(
      "application shop: a-b and a_b would share the schema a_b: state another one, context('a_b', { schema: … }); " +
        "stock and sandbox would share the schema sandbox: state another one, context('stock', { schema: … })",
    );
  });

  it('has the variables of every host, of all contexts and its own', () => {
    expect(Object.keys(shop.variables)).toEqual(
      expect.arrayContaining(['PORT', 'DATABASE_URL', 'CURRENCY', 'DEMO', 'TIMEOUT_MS', 'RATE']),
    );
    const { config, violations } = parseConfig(shop, { CURRENCY: 'USD', TIMEOUT_MS: '0', RATE: '7', TIMEOUT_MSS: '1' });
    expect(config.settings(orders.settings)).toEqual({ CURRENCY: 'USD', DEMO: false });
    expect(config.settings(payments.settings)).toEqual({ CURRENCY: 'USD', TIMEOUT_MS: 10 });
    expect(config.values.RATE).toBe(7);
    expect(violations).toEqual([
      'TIMEOUT_MS: expected a whole number from 1 to 100, got "0"',
      'TIMEOUT_MSS: not a known variable; did you mean TIMEOUT_MS?',
    ]);
  });

  it('keeps the rows of a schema where those of its context are', () => {
    const { config } = parseConfig(shop, {
      PAYMENTS_DATABASE_URL: 'postgres://a@b/c',
      DATABASE_URL: 'postgres://d@e/f',
    });
    expect(config.databaseUrl('sandbox')).toBe('postgres://a@b/c');
    expect(config.databaseVariable('sandbox')).toBe('PAYMENTS_DATABASE_URL');
    expect(config.databaseUrl('orders')).toBe('postgres://d@e/f');
  });

  it('is refused with a name that is there twice', () => {
    expect(() => application('shop', [orders, payments, context('orders'), context('sandbox')])).toThrow(
      new TypeError('application shop: "orders" is there twice; "sandbox" is there twice'),
    );
    expect(() => application('shop', [context('gateway')])).toThrow('"gateway" is there twice');
  });

  it('is refused where a context or a schema is called as what the hosts themselves have', () => {
    expect(() =>
      application('shop', [
        context('isolith'),
        context('isolith-edge'),
        context('orders', { schema: 'isolith_edge' }),
        context('users', { schemas: ['isolith_edge'] }),
      ]),
    ).toThrow(
      /^application shop: "isolith" is what hosts call themselves among one another: call the context otherwise; isolith-edge and orders and users would have the schema isolith_edge, where gateways count requests: state another one; isolith-edge and /,
    );
    expect(() => application('shop', [context('orders', { schema: 'isolith_edge' })])).toThrow(
      new TypeError(
        'application shop: orders would have the schema isolith_edge, where gateways count requests: state another one',
      ),
    );
    expect(application('shop', [context('isolith-shop', { schema: 'isolith' })]).names).toEqual(['isolith-shop']);
  });

  it('is refused with a variable that two read differently', () => {
    const other = context('other', { settings: { CURRENCY: setting('an ISO 4217 code', z.string().default('USD')) } });
    expect(() => application('shop', [orders, other], { DEMO: flag(true), PORT: flag(false) })).toThrow(
      new TypeError(
        'application shop: CURRENCY is declared by orders and by other, and they read it differently; ' +
          'DEMO is declared by orders and by application shop, and they read it differently; ' +
          'PORT is declared by every host and by application shop, and they read it differently',
      ),
    );
  });

  it('is refused with one that two take of different texts, whatever else is the same', () => {
    const shorter = setting('an ISO 4217 code', z.string().max(2).default('EUR'));
    expect(() => application('shop', [orders, context('other', { settings: { CURRENCY: shorter } })])).toThrow(
      'CURRENCY is declared by orders and by other, and they read it differently',
    );
  });

  it('imports the modules that are asked for and no other, and the routes of all', async () => {
    class OrdersModule {}
    class OrderRoute {}
    const lazy = application('shop', [
      lazily(orders, { module: async () => OrdersModule, routes: async () => [OrderRoute] }),
      lazily(payments, { module: async () => Promise.reject(new Error('nobody asked for it')) }),
    ]);
    expect(await lazy.modules(['orders', 'gateway'])).toEqual([OrdersModule]);
    expect(await lazy.routes()).toEqual([OrderRoute]);
    expect([...(await lazy.routesByContext())]).toEqual([
      ['orders', [OrderRoute]],
      ['payments', []],
    ]);
    await expect(shop.modules(['payments'])).rejects.toThrow('context payments: nobody said where its module is');
  });
});
