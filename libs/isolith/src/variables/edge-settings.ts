import { isIP } from 'node:net';
import { z } from 'zod';
import { setting } from './setting.js';
import { trustedProxies } from './trusted-proxies.js';

const MOST_ORIGINS = 100;
const MOST_PER_SECOND = 100_000;
const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const NAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`, 'i');
const isName = (text: string): boolean => text.length <= 253 && NAME.test(text);

/** An origin is what browsers send in `Origin`: scheme, host, and port where it is not the scheme's own. */
const isOrigin = (text: string): boolean => /^https?:\/\//.test(text) && URL.parse(text)?.origin === text;

/** Where a host listens, and whom it believes and serves there. */
export const edgeSettings = {
  HOST: setting(
    'an IP address to listen on (127.0.0.1: this machine only, :: everybody) or a host name of this machine',
    z
      .string()
      .refine((text) => isIP(text) !== 0 || isName(text), 'no brackets, scheme or port belong to it')
      .default('127.0.0.1'),
  ),
  TRUST_PROXY: setting(
    'addresses of proxies (10.0.0.0/8,192.168.1.4) or how many are in front (1 to 32)',
    z
      .string()
      .refine((text) => trustedProxies(text) !== undefined, 'nobody is trusted by another word')
      .optional(),
  ),
  OPERATIONS_RATE_LIMIT: setting(
    `a whole number from 1 to ${MOST_PER_SECOND}, or off`,
    z
      .union([
        z.literal('off'),
        z
          .string()
          .regex(/^\d{1,6}$/)
          .transform(Number)
          .pipe(z.int().min(1).max(MOST_PER_SECOND)),
      ])
      .default(100),
  ),
  CORS_ORIGINS: setting(
    'origins such as https://shop.example, comma-separated, without a path',
    z
      .string()
      .transform((text) => text.split(',').map((one) => one.trim()))
      .pipe(z.array(z.string().refine(isOrigin, 'each is named as browsers name it')).min(1).max(MOST_ORIGINS))
      .optional(),
  ),
};
