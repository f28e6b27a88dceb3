import { contractsIn } from '@isolith/contracts';
import { context, type EndedSessionsOptions, setting } from '@isolith/isolith';
import { z } from 'zod';
import { SendPasswordReset } from '../notifications/notifications.contract.js';
import * as contract from './users.contract.js';

export const users = context('users', {
  contracts: contractsIn(contract),
  needs: [SendPasswordReset],
  settings: {
    ADMIN_EMAIL: setting('an e-mail address', z.email().max(254).optional()),
    ADMIN_PASSWORD: setting('8 to 200 characters', z.string().min(8).max(200).optional(), { secret: true }),
  },
});

/** How every host gets to know which sessions have ended. */
export const endedSessions: EndedSessionsOptions = {
  list: (asked) => new contract.ListEndedSessions(asked),
  ended: (sessionId) => new contract.SessionRevoked({ sessionId }),
};
