import { UnitOfWork } from '@isolith/journal';
import { EventsHandler, type IEventHandler } from '@nestjs/cqrs';
import { StockLow } from '../../inventory/inventory.contract.js';
import { noticeId } from '../infra/notice-id.js';
import { Notices } from '../infra/notices.js';

/** An alert for all admins. They find it in their list; it goes out over no channel. */
@EventsHandler(StockLow)
export class OnStockLow implements IEventHandler<StockLow> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly notices: Notices,
  ) {}

  handle({ sku, available }: StockLow): Promise<void> {
    const text = `${sku} is running low: ${available} left.`;
    return this.unit.run(async () =>
      this.notices.insertUnsent({ id: noticeId('role:admin'), to: { role: 'admin' }, kind: 'stock-low', text }),
    );
  }
}
