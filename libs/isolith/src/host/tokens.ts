/** The parsed configuration that `IsolithModule.forRoot({ config })` was given. */
export const HOST_CONFIG = Symbol('isolith.host-config');

/** How many messages of other hosts were refused because their sender could not be established. */
export interface RefusedSenders {
  count: number;
}

export const REFUSED_SENDERS = Symbol('isolith.refused-senders');

/** The seed of parity mode; undefined without. */
export const PARITY_SEED = Symbol('isolith.parity-seed');
