import type { OrderLine } from '../orders.contract.js';

/** What somebody wants to happen to an order; `at` (RFC 3339) is when. */
export type Intent = { readonly at: string } & (
  | {
      readonly want: 'place';
      readonly orderId: string;
      readonly customerId: string;
      readonly lines: readonly OrderLine[];
      readonly totalMinor: number;
      readonly currency: string;
    }
  | { readonly want: 'confirm'; readonly paymentId: string; readonly trackingNumber: string }
  | { readonly want: 'reject'; readonly reason: string; readonly detail: string }
  | {
      readonly want:
        | 'cancel'
        | 'mark-cancelled'
        | 'refuse-cancellation'
        | 'settle'
        | 'request-return'
        | 'mark-returned';
    }
  | { readonly want: 'ship'; readonly shipmentId: string }
  | { readonly want: 'deliver'; readonly shipmentId: string }
);

export type IntentOf<W extends Intent['want']> = Extract<Intent, { readonly want: W }>;
