import { UnitOfWork } from '@isolith/journal';
import { CommandHandler, EventBus, type ICommandHandler } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { ShopCurrency } from '../infra/shop-currency.js';
import { CreateProduct, DuplicateSku, ProductCreated } from '../products.contract.js';

@CommandHandler(CreateProduct)
export class CreateProductHandler implements ICommandHandler<CreateProduct> {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly catalogue: Catalogue,
    private readonly currency: ShopCurrency,
    private readonly events: EventBus,
  ) {}

  async execute({ sku, name, priceMinor, currency }: CreateProduct): Promise<void> {
    this.currency.require(currency);
    const product = { sku, name, priceMinor, currency };
    await this.unit.run(async () => {
      if (!(await this.catalogue.insert(product))) throw new DuplicateSku({ pointer: '/sku', sku });
      this.events.publish(new ProductCreated(product));
    });
  }
}
