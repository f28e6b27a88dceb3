import { InjectSettings, type Seed, type SettingsOf } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { EventBus } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { products } from '../products.context.js';
import { ProductCreated } from '../products.contract.js';

/** Name and price in minor units of whatever the shop's currency is. */
export const DEMO_PRODUCTS = [
  { sku: 'MUG-001', name: 'Stoneware mug', priceMinor: 1490 },
  { sku: 'MUG-002', name: 'Enamel mug', priceMinor: 1290 },
  { sku: 'TEE-001', name: 'Cotton T-shirt', priceMinor: 2490 },
  { sku: 'CAP-001', name: 'Baseball cap', priceMinor: 1990 },
  { sku: 'BAG-001', name: 'Canvas tote bag', priceMinor: 1790 },
  { sku: 'PEN-001', name: 'Fountain pen', priceMinor: 3490 },
  { sku: 'NOTE-001', name: 'Dotted notebook', priceMinor: 990 },
  { sku: 'LAMP-001', name: 'Desk lamp', priceMinor: 4990 },
  { sku: 'POSTER-001', name: 'Screen-printed poster', priceMinor: 2290 },
  { sku: 'SOCKS-001', name: 'Wool socks', priceMinor: 1190 },
] as const;

/** Puts the demo products into the catalogue at every start with SEED_DEMO; one that exists stays as it is. */
@Injectable()
export class SeedDemoProducts implements Seed {
  readonly name = 'demo products';

  constructor(
    private readonly unit: UnitOfWork,
    private readonly catalogue: Catalogue,
    private readonly events: EventBus,
    private readonly currency: ShopCurrency,
    @InjectSettings(products) private readonly settings: SettingsOf<typeof products>,
  ) {}

  async sow(): Promise<void> {
    if (!this.settings.SEED_DEMO) return;
    await this.unit.run(async () => {
      for (const demo of DEMO_PRODUCTS) {
        const product = { ...demo, currency: this.currency.code };
        if (await this.catalogue.insert(product)) this.events.publish(new ProductCreated(product));
      }
    });
  }
}
