import type { ToolUse } from '../../../model/model-message.js';
import { ADAS } from '../market/market.js';
import type { Attack, Transcript } from '../transcript.js';

/** Who runs are for. */
export const ada = { user: 'ada', roles: ['customer'] } as const;
export const sue = { user: 'sue', roles: ['support'] } as const;
export const root = { user: 'root', roles: ['admin'] } as const;

/** A tool use, as a model writes one. */
export const use = (name: string, input: unknown, id = `of ${name}`): ToolUse => ({
  type: 'tool-use',
  id,
  name,
  input,
});

export const readProduct = use('market_get-product', { sku: 'teapot' });
export const readOrder = use('market_get-order', { orderId: ADAS });
export const cancel = use('market_cancel-order', { orderId: ADAS });
export const note = use('market_note-order', { orderId: ADAS, note: 'ring twice' });
export const closeAccount = use('market_close-account', {});
export const refund = (amountMinor: unknown): ToolUse => use('market_refund-order', { orderId: ADAS, amountMinor });
export const setPrice = use('market_set-price', { sku: 'teapot', priceMinor: 1 });

export const NOTE = 'market.note-order';
export const CANCEL = 'market.cancel-order';
export const REFUND = 'market.refund-order';
export const PRICE = 'market.set-price';

/** Transcripts of one kind. */
export const attacks = (attack: Attack, all: readonly Omit<Transcript, 'attack'>[]): readonly Transcript[] =>
  all.map((one) => ({ ...one, attack }));
