import { ChangeProductRoute } from './features/change-product.route.js';
import { CreateProductRoute } from './features/create-product.route.js';
import { GetProductRoute } from './features/get-product.route.js';
import { SearchProductsRoute } from './features/search-products.route.js';

export const productsRoutes = [SearchProductsRoute, GetProductRoute, CreateProductRoute, ChangeProductRoute];
