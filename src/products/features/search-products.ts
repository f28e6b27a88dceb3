import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { Catalogue } from '../infra/catalogue.js';
import { InvalidCursor, SearchProducts, Sku, type Product } from '../products.contract.js';

/** A cursor is the last sku of a page. It is encoded so that nobody builds one. */
const cursorAt = (sku: string): string => Buffer.from(sku).toString('base64url');

function positionOf(cursor: string): string {
  const sku = Sku.safeParse(Buffer.from(cursor, 'base64url').toString());
  if (!sku.success) throw new InvalidCursor({ pointer: '/cursor' });
  return sku.data;
}

@QueryHandler(SearchProducts)
export class SearchProductsHandler implements IQueryHandler<SearchProducts> {
  constructor(private readonly catalogue: Catalogue) {}

  async execute({ q, limit, cursor }: SearchProducts): Promise<{ items: Product[]; nextCursor?: string }> {
    const after = cursor === undefined ? undefined : positionOf(cursor);
    // One more than asked for tells whether there is a next page.
    const found = await this.catalogue.search(q, after, limit + 1);
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return found.length > limit && last !== undefined ? { items, nextCursor: cursorAt(last.sku) } : { items };
  }
}
