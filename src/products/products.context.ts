import { contractsIn } from '@isolith/contracts';
import { context, flag, setting } from '@isolith/isolith';
import { z } from 'zod';
import * as contract from './products.contract.js';

export const products = context('products', {
  contracts: contractsIn(contract),
  settings: {
    SHOP_CURRENCY: setting(
      'an ISO 4217 code such as EUR',
      z
        .string()
        .regex(/^[A-Z]{3}$/)
        .default('EUR'),
    ),
    SEED_DEMO: flag(false),
  },
});
