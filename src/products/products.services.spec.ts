import { testsRunOnServer } from '@isolith/journal/testing';
import './features/change-product.spec.js';
import './features/create-product.spec.js';
import './features/get-prices.spec.js';
import './features/get-product.spec.js';
import './features/search-products.spec.js';
import './features/seed-demo-products.spec.js';

testsRunOnServer();
