import { AccessTokens, deriveKeys, type KeySource } from '@isolith/isolith/http';
import { z } from 'zod';

/** What every contestant of this subject serves: `POST /v1/things`, for whoever is signed in. */
export const PATH = '/v1/things';

export const thing = z.object({
  sku: z.string().regex(/^[A-Z0-9][A-Z0-9-]{0,39}$/),
  quantity: z.int().min(1).max(1_000),
  note: z.string().max(200).optional(),
});
export type Thing = z.output<typeof thing>;

/** One answer for all, so that none has less to write. */
export const answerTo = ({ sku, quantity }: Thing, user: string): { sku: string; quantity: number; by: string } => ({
  sku,
  quantity,
  by: user,
});

export const SECRET = 'a secret that only this benchmark uses';
export const keys = (): KeySource => deriveKeys(SECRET);

export const USER = '7b0f3f7e-55b5-4c62-8a0b-0a8f0a0f2f01';
export const token = (): string =>
  new AccessTokens(keys()).issue({ user: USER, roles: ['customer'], session: '0d9a3f0e-95f5-4b1e-9d8e-5a3f3a9f7c11' });

/** As the token's owner checks them. */
export const verifyOptions = { algorithms: ['HS256' as const], issuer: 'isolith', audience: 'isolith:access-token' };
export const claims = z.object({ sub: z.string().min(1), roles: z.array(z.string()), sid: z.string().min(1) });
