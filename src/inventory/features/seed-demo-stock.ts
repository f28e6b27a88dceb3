import { UnitOfWork } from '@isolith/journal';
import { runAs } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import { Injectable } from '@nestjs/common';
import { Stock } from '../infra/stock.js';

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

/** Puts the first hundred of each demo product on hand; a sku that was ever received stays as it is. */
@Injectable()
export class SeedDemoStock implements HostParticipant {
  readonly name = 'demo stock';

  constructor(
    private readonly unit: UnitOfWork,
    private readonly stock: Stock,
  ) {}

  async start(): Promise<void> {
    await runAs('inventory', () =>
      this.unit.run(async () => {
        for (const sku of DEMO_SKUS) await this.stock.begin({ sku, quantity: DEMO_QUANTITY });
      }),
    );
  }
}
