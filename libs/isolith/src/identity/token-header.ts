import { z } from 'zod';

const header = z.object({ alg: z.string(), kid: z.string().optional() });

/** What a token says of itself in front, which anybody may have written; undefined for what says nothing. */
export type TokenHeader = z.output<typeof header>;

/**
 * Reads the header alone and throws nothing, whatever stands in the token: the library's own `decode` throws for some.
 */
export function tokenHeader(token: string): TokenHeader | undefined {
  const [head = ''] = token.split('.', 1);
  try {
    return header.safeParse(JSON.parse(Buffer.from(head, 'base64url').toString('utf8'))).data;
  } catch {
    return undefined;
  }
}
