import { InjectSettings, type Seed, type SettingsOf } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { Injectable } from '@nestjs/common';
import { Stock } from '../infra/stock.js';
import { inventory } from '../inventory.context.js';

/** The skus of the demo products; the catalogue is another context's, so they are named here again. */
export const DEMO_SKUS = [
  'MUG-001',
  'MUG-002',
  'TEE-001',
  'CAP-001',
  'BAG-001',
  'PEN-001',
  'NOTE-001',
  'LAMP-001',
  'POSTER-001',
  'SOCKS-001',
] as const;
export const DEMO_QUANTITY = 100;

/** Puts the first hundred of each demo product on hand, with SEED_DEMO; a sku that was ever received stays as it is. */
@Injectable()
export class SeedDemoStock implements Seed {
  readonly name = 'demo stock';

  constructor(
    private readonly unit: UnitOfWork,
    private readonly stock: Stock,
    @InjectSettings(inventory) private readonly settings: SettingsOf<typeof inventory>,
  ) {}

  async sow(): Promise<void> {
    if (!this.settings.SEED_DEMO) return;
    await this.unit.run(async () => {
      for (const sku of DEMO_SKUS) await this.stock.begin({ sku, quantity: DEMO_QUANTITY });
    });
  }
}
