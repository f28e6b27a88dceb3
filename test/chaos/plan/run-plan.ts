import type { Placement } from '../../support/placements.js';

/** What can be done to a shop that is selling. */
export const faultKinds = [
  'kill-host',
  'freeze-host',
  'drain-host',
  'kill-broker',
  'restart-broker',
  'cut-broker-connections',
  'kill-database',
  'restart-database',
  'cut-database-connections',
  'step-host-clock',
  'replace-with-another-version',
  'add-host-with-another-key',
  'add-second-installation',
  'change-session-settings',
  'turn-read-only',
  'set-policy',
  'delete-queue',
  'send-poison',
  'throw-anything',
  'restore-rows',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export const placementKinds = [
  'one process',
  'one process with a broker',
  'split at random',
  'each its own',
  'two replicas',
] as const;
export type PlacementKind = (typeof placementKinds)[number];

export interface PlannedPlacement {
  readonly kind: PlacementKind;
  readonly placement: Placement;
  /** Whether events between contexts go through a broker. */
  readonly hasBroker: boolean;
}

/** Where the process of an order can be when a fault comes. */
export const moments = [
  'checkout:reserve-stock',
  'checkout:charge-payment',
  'checkout:create-shipment',
  'checkout:confirm-order',
  'checkout:undoing',
  'cancellation:',
  'return:',
] as const;
export type Moment = (typeof moments)[number];

export interface PlannedFault {
  readonly kind: FaultKind;
  /** It waits for a while for an order that is there; not for ever, since some moments are short. */
  readonly moment: Moment;
  /** The place, in the placement, of the host that it hits; the first one for faults of servers. */
  readonly place: number;
  /** From the beginning of the round, or the fault before. */
  readonly afterMs: number;
  /** How long it lasts. */
  readonly holdMs: number;
  /** What a kind that knows several ways takes its way by. */
  readonly way: number;
}

/** Faults that are there at the same time, and how many orders are placed meanwhile. */
export interface Round {
  readonly faults: readonly PlannedFault[];
  /** Journeys that begin before the first fault, all at once. */
  readonly before: number;
  /** Journeys that begin while it lasts, one by one. */
  readonly during: number;
}

export const tokens = ['tok_ok', 'tok_declined', 'tok_flaky', 'tok_slow', 'tok_down'] as const;
export type Token = (typeof tokens)[number];

/** What a customer or support does with an order once it is accepted. */
export const sequels = [
  'leave',
  'cancel-at-once',
  'cancel',
  'refund-and-cancel',
  'cancel-and-dispatch',
  'dispatch',
  'deliver',
  'return',
] as const;
export type Sequel = (typeof sequels)[number];

export interface PlannedJourney {
  readonly customer: number;
  readonly lines: readonly { readonly product: number; readonly quantity: number }[];
  readonly token: Token;
  readonly sequel: Sequel;
  /** The order is placed twice at the same moment, with one key. */
  readonly twice: boolean;
  readonly pauseMs: number;
}

export interface PlannedProduct {
  readonly onStock: number;
  readonly priceMinor: number;
}

/** Everything that a run decides. What it meets is up to the processes. */
export interface RunPlan {
  readonly seed: number;
  readonly placed: PlannedPlacement;
  readonly customers: number;
  readonly products: readonly PlannedProduct[];
  /** As many as the rounds need, in the order in which they begin. */
  readonly journeys: readonly PlannedJourney[];
  readonly rounds: readonly Round[];
}
