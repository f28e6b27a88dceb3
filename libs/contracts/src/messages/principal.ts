import { z } from 'zod';

/** Who sends a message: the sending context, and the user it speaks for, if any. */
export const principalSchema = z.object({
  /** The sending context, `gateway` for the HTTP edge. */
  service: z.string().min(1),
  /** The user's id; absent for a context that acts for itself. */
  user: z.string().min(1).optional(),
  roles: z.array(z.string()).readonly(),
  /** The context speaks for its user only: what contexts may do among themselves it may not. */
  delegate: z.literal(true).optional(),
});

/** Who sends a message: the sending context, and the user that it speaks for with his roles. */
export type Principal = Readonly<z.output<typeof principalSchema>>;

/** A context acting for itself. */
export const servicePrincipal = (service: string): Principal => ({ service, roles: [] });

/**
 * A context that does what somebody else decides, a language model for one, in the name of a user: it is let in where
 * that user is and nowhere else. What a handler sends on to other contexts it sends as its own context, as it does for
 * users.
 */
export const delegatePrincipal = (service: string, { user, roles }: Pick<Principal, 'user' | 'roles'>): Principal => ({
  service,
  ...(user === undefined ? {} : { user }),
  roles,
  delegate: true,
});
