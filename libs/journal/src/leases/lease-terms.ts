import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';

/** What a host's leases on rows of one context are like: on sagas, on runs of agents. */
export interface LeaseTerms {
  /** Names this host in the table; no other process ever has the same name. */
  readonly holder: string;
  /** How long a lease lasts that is not renewed, in milliseconds. */
  readonly leaseMs: number;
  /** No other process can use the database: whoever holds a lease that is not this host's is dead. */
  readonly alone: boolean;
}

/** For how long, in milliseconds, a host has a row to itself unless it renews that. */
export const DEFAULT_LEASE_MS = 5_000;

/** The terms under which this process takes rows: its own name, drawn anew with each call, and for how long. */
export function leaseTerms({
  leaseMs = DEFAULT_LEASE_MS,
  alone = false,
}: Partial<Pick<LeaseTerms, 'leaseMs' | 'alone'>> = {}): LeaseTerms {
  return { holder: `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`, leaseMs, alone };
}
