import { eachItsOwn } from '../../../test/support/placements.js';
import { openShop, serveShop } from './shop-fleet.js';

export const serve = serveShop(eachItsOwn);

export const open = openShop;
