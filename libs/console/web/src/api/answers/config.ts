import * as z from 'zod/mini';

export const config = z.object({
  application: z.string(),
  /** Where a form may post email and password. */
  signIn: z.optional(z.object({ url: z.string() })),
  /** Whether messages may be sent from the console. */
  send: z.boolean(),
});
export type Config = z.infer<typeof config>;

/** The answer of the shop's own sign-in; `expiresIn` in seconds. */
export const signedIn = z.object({ accessToken: z.string(), expiresIn: z.optional(z.number()) });
/** The answer to a one-time link. */
export const linkToken = z.object({ token: z.string(), expiresAt: z.union([z.string(), z.number()]) });
