import { anyone, command, event, failure, line, page, plain, query, role } from '@isolith/contracts';
import { z } from 'zod';

export const Sku = z
  .string()
  .regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/, 'must be 1 to 40 of A-Z, 0-9 and -, not starting with -');
/** In minor units of the currency (cents). */
export const PriceMinor = z.int().min(0).max(1_000_000_000);
/** ISO 4217. */
export const Currency = z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code');
export const ProductName = line(200);
export const SearchText = plain(100);

export const Product = z.object({ sku: Sku, name: ProductName, priceMinor: PriceMinor, currency: Currency });
export type Product = z.output<typeof Product>;

/** `pointer` names the field of the input that a failure is about. */
export class DuplicateSku extends failure('products.duplicate-sku', {
  data: z.object({ pointer: z.literal('/sku'), sku: Sku }),
  status: 409,
  detail: ({ sku }) => `There is already a product with the sku ${sku}`,
}) {}

export class ForeignCurrency extends failure('products.foreign-currency', {
  data: z.object({ pointer: z.literal('/currency'), currency: Currency, shopCurrency: Currency }),
  status: 422,
  detail: ({ currency, shopCurrency }) => `currency is ${currency}, but this shop sells in ${shopCurrency}`,
}) {}

export class ProductNotFound extends failure('products.product-not-found', {
  data: z.object({ sku: Sku }),
  status: 404,
  detail: ({ sku }) => `There is no product with the sku ${sku}`,
}) {}

export class InvalidCursor extends failure('products.invalid-cursor', {
  data: z.object({ pointer: z.literal('/cursor') }),
  status: 400,
  detail: 'cursor is none that a list of products gave out',
}) {}

export class CreateProduct extends command('products.create-product', {
  input: Product,
  failures: [DuplicateSku, ForeignCurrency],
  access: [role('admin')],
}) {}

/** Fields that are left out keep their value. */
export class ChangeProduct extends command('products.change-product', {
  input: Product.partial({ name: true, priceMinor: true, currency: true }),
  failures: [ProductNotFound, ForeignCurrency],
  access: [role('admin')],
}) {}

export class GetProduct extends query('products.get-product', {
  input: z.object({ sku: Sku }),
  output: Product,
  failures: [ProductNotFound],
  access: [anyone()],
}) {}

/** In the order of their skus; `q` is looked for in sku and name, in any case. */
export class SearchProducts extends query('products.search-products', {
  input: z.object({
    q: SearchText.optional(),
    limit: z.int().min(1).max(100),
    cursor: z.string().max(200).optional(),
  }),
  output: page(Product),
  failures: [InvalidCursor],
  access: [anyone()],
}) {}

/** Of the skus that exist; unknown ones are missing from the answer. */
export class GetPrices extends query('products.get-prices', {
  input: z.object({ skus: z.array(Sku).max(100) }),
  output: z.object({ prices: z.array(Product) }),
  access: [anyone()],
}) {}

export class ProductCreated extends event('products.product-created', { input: Product, key: 'sku' }) {}

/** All fields as they are after the change. */
export class ProductChanged extends event('products.product-changed', { input: Product, key: 'sku' }) {}
