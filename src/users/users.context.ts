import { contractsIn } from '@isolith/contracts';
import { context, setting } from '@isolith/isolith';
import { z } from 'zod';
import * as contract from './users.contract.js';

export const users = context('users', {
  contracts: contractsIn(contract),
  settings: {
    ADMIN_EMAIL: setting('an e-mail address', z.email().max(254).optional()),
    ADMIN_PASSWORD: setting('8 to 200 characters', z.string().min(8).max(200).optional(), { secret: true }),
  },
});
