import { GATEWAY, type Principal, servicePrincipal } from '@isolith/contracts';

/** Somebody who is signed in, at the edge. */
export const user = (id: string, ...roles: readonly string[]): Principal => ({
  service: GATEWAY,
  user: id,
  roles: [...roles],
});

/** Somebody at the edge who is not signed in. */
export const nobody: Principal = { service: GATEWAY, roles: [] };

/** A context that acts for itself. */
export const service = servicePrincipal;
