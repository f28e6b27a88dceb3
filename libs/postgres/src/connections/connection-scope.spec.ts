import { describe, expect, it } from '@jest/globals';
import { claimConnection, holdingConnection, outsideOfUnits } from './connection-scope.js';
import { NestedCheckoutError } from './errors.js';

describe('holdingConnection', () => {
  it('gives the first question inside to the unit itself', async () => {
    await expect(holdingConnection('orders', async () => claimConnection('orders')())).resolves.toBeUndefined();
  });

  it('refuses a second one while the first is held, naming both, and lets it pass afterwards', async () => {
    await holdingConnection('orders', async () => {
      const giveBack = claimConnection('orders');
      await Promise.resolve();
      expect(() => claimConnection('payments')).toThrow(
        expect.objectContaining({ holding: 'orders', asking: 'payments' }),
      );
      expect(() => claimConnection('payments')).toThrow(/'orders' holds .* 'payments' asked/);
      giveBack();
      expect(() => claimConnection('payments')()).not.toThrow();
    });
  });

  it('sees through a scope inside of a scope', async () => {
    await holdingConnection('orders', async () => {
      claimConnection('orders');
      await holdingConnection('payments', async () => {
        expect(() => claimConnection('payments')).toThrow(NestedCheckoutError);
      });
    });
  });

  it('keeps two units that run side by side apart', async () => {
    const both = ['orders', 'payments'].map((context) =>
      holdingConnection(context, async () => {
        const giveBack = claimConnection(context);
        await new Promise(setImmediate);
        giveBack();
        return context;
      }),
    );
    await expect(Promise.all(both)).resolves.toEqual(['orders', 'payments']);
  });

  it('does not count what is run outside of units on purpose', async () => {
    await holdingConnection('orders', async () => {
      claimConnection('orders');
      expect(() => outsideOfUnits(() => claimConnection('orders')())).not.toThrow();
    });
  });
});
