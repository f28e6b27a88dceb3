import { z } from 'zod';

/** Who sends a message: the sending context, and the user it speaks for, if any. */
export const principalSchema = z.object({
  /** The sending context, `gateway` for the HTTP edge. */
  service: z.string().min(1),
  /** The user's id; absent for a context that acts for itself. */
  user: z.string().min(1).optional(),
  roles: z.array(z.string()).readonly(),
});

/** Who sends a message: the sending context, and the user that it speaks for with his roles. */
export type Principal = Readonly<z.output<typeof principalSchema>>;

/** A context acting for itself. */
export const servicePrincipal = (service: string): Principal => ({ service, roles: [] });
