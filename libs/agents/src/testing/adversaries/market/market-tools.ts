import { write } from '../../../tools/entries.js';
import { approve, auto, byAmount, byRole, forbid } from '../../../tools/policies.js';
import type { Tool } from '../../../tools/tool.js';
import { tools } from '../../../tools/tools.js';
import {
  CancelOrder,
  CloseAccount,
  GetOrder,
  GetPrice,
  GetProduct,
  ListOrders,
  NoteOrder,
  RefundOrder,
  RingBell,
  SetPrice,
} from './market-contracts.js';

/** What the market's model may use; each policy of the package stands here once. */
export const marketTools: readonly Tool[] = tools({
  read: [GetProduct, GetPrice, GetOrder, ListOrders],
  write: [
    write(NoteOrder, { policy: auto('a note can be written over'), mostPerRun: 3 }),
    write(CancelOrder, { policy: approve('it ends an order') }),
    write(RefundOrder, {
      policy: byAmount({ amountOf: ({ amountMinor }) => amountMinor, autoUpTo: 1_000, approveUpTo: 10_000 }),
      mostPerRun: 2,
    }),
    write(SetPrice, { policy: byRole({ admin: approve('it changes a price'), otherwise: forbid('only admins do') }) }),
    write(CloseAccount, { policy: forbid('people do that themselves') }),
    write(RingBell, {
      policy: () => {
        throw new Error('the bell is out of order');
      },
    }),
  ],
});
