import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { GetProduct, ProductNotFound, type Product } from '../products.contract.js';

@QueryHandler(GetProduct)
export class GetProductHandler implements IQueryHandler<GetProduct> {
  constructor(private readonly catalogue: Catalogue) {}

  async execute({ sku }: GetProduct): Promise<Product> {
    const product = await this.catalogue.bySku(sku);
    if (product === undefined) throw new ProductNotFound({ sku });
    return product;
  }
}
