import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals';
import { Arrivals, SalesAndMail } from './sales-and-mail.js';

/**
 * Has sales and mail for the tests of a file: empty, with no host running, and with nothing arrived before each of
 * them.
 */
export function withSalesAndMail(given: (shop: SalesAndMail, arrivals: Arrivals) => void): void {
  let shop: SalesAndMail;
  beforeAll(async () => void (shop = await SalesAndMail.open()));
  beforeEach(async () => {
    await shop.clear();
    given(shop, new Arrivals());
  });
  afterEach(() => shop.stopHosts());
  afterAll(() => shop.close());
}
