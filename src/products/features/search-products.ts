import { pagesBy, type Page } from '@isolith/contracts';
import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { InvalidCursor, SearchProducts, Sku, type Product } from '../products.contract.js';

const pages = pagesBy(Sku, () => new InvalidCursor({ pointer: '/cursor' }));

@QueryHandler(SearchProducts)
export class SearchProductsHandler implements IQueryHandler<SearchProducts> {
  constructor(private readonly catalogue: Catalogue) {}

  async execute({ q, limit, cursor }: SearchProducts): Promise<Page<Product>> {
    // One more than asked for tells whether there is a next page.
    const found = await this.catalogue.search(q, pages.after(cursor), limit + 1);
    return pages.cut(
      found,
      limit,
      (product) => product,
      ({ sku }) => sku,
    );
  }
}
