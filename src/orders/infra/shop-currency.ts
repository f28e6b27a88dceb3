import { Injectable } from '@nestjs/common';

/** The one currency that this shop sells in (`SHOP_CURRENCY`, ISO 4217). */
@Injectable()
export class ShopCurrency {
  constructor(readonly code: string) {}
}
