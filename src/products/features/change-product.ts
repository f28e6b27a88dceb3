import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { ChangeProduct, ProductChanged, ProductNotFound } from '../products.contract.js';

@CommandHandler(ChangeProduct)
export class ChangeProductHandler implements ICommandHandler<ChangeProduct> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly catalogue: Catalogue,
    private readonly currency: ShopCurrency,
    private readonly events: EventBus,
  ) {}

  async execute({ sku, name, priceMinor, currency }: ChangeProduct): Promise<void> {
    this.currency.require(currency);
    await this.unit.run(async () => {
      const changed = await this.catalogue.change(sku, { name, priceMinor, currency });
      if (changed === undefined) throw new ProductNotFound({ sku });
      this.events.publish(new ProductChanged(changed));
    });
  }
}
