import { flag, hostConfig, setting, wholeNumber } from '@isolith/isolith';
import { z } from 'zod';

const MOST_REQUESTS_PER_SECOND = 100_000;
const LONGEST_PAYMENT_TIMEOUT_MS = 60_000;

const rate = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number)
  .pipe(z.int().min(1).max(MOST_REQUESTS_PER_SECOND));

/** Every variable that a host of the shop reads. */
export const shopConfig = hostConfig.extend({
  SEED_DEMO: flag(false),
  SHOP_CURRENCY: setting(
    'an ISO 4217 code such as EUR',
    z
      .string()
      .regex(/^[A-Z]{3}$/)
      .default('EUR'),
  ),
  ADMIN_EMAIL: setting('an e-mail address', z.email().max(254).optional()),
  ADMIN_PASSWORD: setting('8 to 200 characters', z.string().min(8).max(200).optional(), { secret: true }),
  PAYMENT_TIMEOUT_MS: wholeNumber(1, LONGEST_PAYMENT_TIMEOUT_MS, 2_000),
  RATE_LIMIT: setting(
    `a whole number from 1 to ${MOST_REQUESTS_PER_SECOND}, or off`,
    z.union([z.literal('off'), rate]).default(50),
  ),
});

export type ShopValues = z.output<typeof shopConfig>;

/** The sandbox provider stands for somebody else's system; its ledger is kept in the database of payments. */
export const DATABASE_OF: Readonly<Record<string, string>> = { sandbox_provider: 'payments' };

/** The shop's contexts; the gateway is added where they are placed. */
export const SHOP_CONTEXTS = [
  'users',
  'products',
  'inventory',
  'payments',
  'shipments',
  'notifications',
  'orders',
] as const;
