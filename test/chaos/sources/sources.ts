import type { AcceptedCall } from '../client/call-log.js';
import type { Disturbance } from '../ground/disturbances.js';
import type { BadEnding } from '../ground/host-watch.js';
import type { Notice } from '../ground/notice-sink.js';
import type { LedgerEntry } from './provider-ledger.js';
import type { OrderSeen } from './orders-seen.js';
import type { Leftovers } from './leftovers.js';
import type { Reconciled } from './reconciled.js';
import type { ShipmentSeen } from './shipments-seen.js';
import type { StockSeen } from './stock-seen.js';

/**
 * What a verdict is made of. None of these is derived from another one: what clients were told, what customers see,
 * what the provider wrote down, what left the house, what was sent to customers, what the shelves hold.
 */
export interface Sources {
  /** What clients were told, by themselves. */
  readonly calls: readonly AcceptedCall[];
  /** Answers to clients that say nothing but that something went wrong. */
  readonly unexplained: readonly string[];
  /** All orders of the shop, through HTTP. */
  readonly orders: readonly OrderSeen[];
  /** The provider's own books, by SQL. */
  readonly ledger: readonly LedgerEntry[];
  /** What hosts wrote to their output for customers, repetitions included. */
  readonly notices: readonly Notice[];
  /** Levels of every sku of the run, through HTTP. */
  readonly stock: readonly StockSeen[];
  /** By SQL. */
  readonly shipments: readonly ShipmentSeen[];
  /** What is unfinished, by SQL. */
  readonly leftovers: Leftovers;
  /** The shop's own comparison of its books, through HTTP. */
  readonly reconciled: Reconciled;
  readonly badEndings: readonly BadEnding[];
  /** When what went wrong. */
  readonly disturbances: readonly Disturbance[];
}
