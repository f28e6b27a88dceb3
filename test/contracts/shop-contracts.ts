import type { AnyContractClass } from '@isolith/contracts';
import { shop } from '../../src/shop.js';

/** Every contract of the shop. */
export const shopContracts: readonly AnyContractClass[] = shop.contexts.flatMap(({ contracts }) => contracts);
