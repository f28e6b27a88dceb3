import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { GetPrices, type Product } from '../products.contract.js';

@QueryHandler(GetPrices)
export class GetPricesHandler implements IQueryHandler<GetPrices> {
  constructor(private readonly catalogue: Catalogue) {}

  async execute({ skus }: GetPrices): Promise<{ prices: Product[] }> {
    return { prices: skus.length === 0 ? [] : await this.catalogue.bySkus(skus) };
  }
}
