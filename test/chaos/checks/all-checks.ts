import { acceptedChangesHappen } from './accepted-changes-happen.js';
import { acceptedOrdersExist } from './accepted-orders-exist.js';
import { answersAreExplained } from './answers-are-explained.js';
import { booksAgree } from './books-agree.js';
import { customersAreTold } from './customers-are-told.js';
import type { Check } from './finding.js';
import { goodsLeaveOnce } from './goods-leave-once.js';
import { hostsStay } from './hosts-stay.js';
import { moneyBalances } from './money-balances.js';
import { nothingIsLeftOver } from './nothing-is-left-over.js';
import { oneCapturePerOrder } from './one-capture-per-order.js';
import { oneKeyOneOrder } from './one-key-one-order.js';
import { ordersEnd } from './orders-end.js';
import { refundsArePaid } from './refunds-are-paid.js';
import { rejectionsAreBusiness } from './rejections-are-business.js';
import { stockAddsUp } from './stock-adds-up.js';

/** What a run is judged by. */
export const allChecks: readonly Check[] = [
  acceptedOrdersExist,
  oneKeyOneOrder,
  ordersEnd,
  rejectionsAreBusiness,
  acceptedChangesHappen,
  oneCapturePerOrder,
  moneyBalances,
  refundsArePaid,
  customersAreTold,
  stockAddsUp,
  goodsLeaveOnce,
  nothingIsLeftOver,
  booksAgree,
  hostsStay,
  answersAreExplained,
];
