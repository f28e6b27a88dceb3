import { failure } from '@isolith/contracts';
import { z } from 'zod';

/** The link was not looked at, be it right or wrong. */
export class TooManyAttempts extends failure('console.too-many-attempts', {
  data: z.object({ retryAfterSeconds: z.int().min(1) }),
  status: 429,
  retryable: true,
  detail: ({ retryAfterSeconds }) => `Too many links were tried; the next one may be tried in ${retryAfterSeconds} s`,
}) {}
