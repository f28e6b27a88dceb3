/** The parsed configuration that `IsolithModule.forRoot({ config })` was given. */
export const HOST_CONFIG = Symbol('isolith.host-config');

/** The seed of parity mode; undefined without. */
export const PARITY_SEED = Symbol('isolith.parity-seed');
