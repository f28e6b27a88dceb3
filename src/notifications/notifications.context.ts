import { contractsIn } from '@isolith/contracts';
import { context, flag } from '@isolith/isolith';
import { GetUser } from '../users/users.contract.js';
import { orderMails } from './features/order-mails.choreography.js';
import { stockAlerts } from './features/stock-alerts.choreography.js';
import * as contract from './notifications.contract.js';

export const notifications = context('notifications', {
  contracts: contractsIn(contract),
  needs: [GetUser],
  subscriptions: { 'order-mails': orderMails, 'stock-alerts': stockAlerts },
  settings: { LOG_CHANNEL_REVEALS: flag(false) },
});
