import { Injectable } from '@nestjs/common';
import { ForeignCurrency } from '../products.contract.js';

/** The one currency that this shop sells in (`SHOP_CURRENCY`). */
@Injectable()
export class ShopCurrency {
  constructor(readonly code: string) {}

  /** Throws ForeignCurrency for any other; no currency is fine. */
  require(currency: string | undefined): void {
    if (currency !== undefined && currency !== this.code)
      throw new ForeignCurrency({ pointer: '/currency', currency, shopCurrency: this.code });
  }
}
