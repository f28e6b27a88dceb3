import { oneProcess } from '../../../test/support/placements.js';
import { openShop, serveShop } from './shop-fleet.js';

export const serve = serveShop(oneProcess);

export const open = openShop;
