/** The parsed configuration that `IsolithModule.forRoot({ config })` was given. */
export const HOST_CONFIG = Symbol('isolith.host-config');
