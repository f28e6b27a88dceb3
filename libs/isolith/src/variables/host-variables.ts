import { z } from 'zod';
import { brokerUrls } from './broker-urls.js';
import { edgeSettings } from './edge-settings.js';
import { publicKeyList } from '../identity/public-key-list.js';
import { readServiceKey } from '../identity/service-key.js';
import { setting, wholeNumber } from './setting.js';

const LONGEST_GRACE_MS = 600_000;

const number = z
  .string()
  .regex(/^\d{1,6}$/)
  .transform(Number);

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ }).optional();
/** One context's own database; every `<CONTEXT>_DATABASE_URL` is read with it. */
export const contextDatabaseUrl = setting('a URL postgres://user:password@host:port/database', postgresUrl, {
  secret: true,
});

const serviceKey = () =>
  setting(
    'a P-256 private key, PKCS #8 as base64url',
    z
      .string()
      .transform((text, context) => {
        const key = readServiceKey(text);
        if (key === undefined) context.addIssue({ code: 'custom', message: '`npm run service-key` makes one' });
        return key;
      })
      .optional(),
    { secret: true },
  );

/** Every variable that a host itself reads. Contexts and the application declare their own beside it. */
export const hostVariables = z.object({
  CONTEXTS: setting(
    'a comma-separated list of contexts',
    z
      .string()
      .transform((list) => [
        ...new Set(
          list
            .split(',')
            .map((name) => name.trim())
            .filter((name) => name !== ''),
        ),
      ])
      .pipe(z.array(z.string()).min(1))
      .optional(),
  ),
  TRANSPORT_URL: setting(
    'a URL amqp://user:password@host:port, or several with commas between',
    brokerUrls.optional(),
    { secret: true },
  ),
  DATABASE_URL: setting('a URL postgres://user:password@host:port/database', postgresUrl.clone(), { secret: true }),
  DATABASE_POOL: wholeNumber(1, 200, 10),
  DATA_DIR: setting('a folder', z.string().min(1).default('.isolith/data')),
  PORT: wholeNumber(0, 65_535, 3_000),
  ...edgeSettings,
  AUTH_SECRET: setting('at least 32 characters', z.string().min(32).optional(), { secret: true }),
  AUTH_SECRET_NEXT: setting('at least 32 characters', z.string().min(32).optional(), { secret: true }),
  AUTH_SECRET_PREVIOUS: setting('at least 32 characters', z.string().min(32).optional(), { secret: true }),
  SERVICE_KEY: serviceKey(),
  SERVICE_KEY_PREVIOUS: serviceKey(),
  SERVICE_PUBLIC_KEYS: setting(
    'context=key with commas between, each key a P-256 public key, SubjectPublicKeyInfo as base64url',
    publicKeyList.optional(),
    // Not one, but whoever takes a private key for a public one must not find it in a log; and the list is long for a
    // variable.
    { secret: true },
  ),
  SERVICE_IDENTITY: setting(
    'accepted, preferred once every host has its key, or required once every host signs with it',
    z.enum(['accepted', 'preferred', 'required']).default('accepted'),
  ),
  TRACES_SLOW_MS: setting(
    'milliseconds, or off',
    z.union([z.literal('off'), number.pipe(z.int().min(1).max(LONGEST_GRACE_MS))]).default(2_000),
  ),
  BUILD_VERSION: setting(
    'up to 100 visible ASCII characters without spaces',
    z
      .string()
      .regex(/^[\x21-\x7e]{1,100}$/)
      .optional(),
  ),
  MESSAGE_PROOFS: setting(
    'accepted, or required once no host of a release without proofs runs',
    z.enum(['accepted', 'required']).default('accepted'),
  ),
  SHUTDOWN_GRACE_MS: wholeNumber(0, LONGEST_GRACE_MS, 10_000),
  SHUTDOWN_DELAY_MS: wholeNumber(0, LONGEST_GRACE_MS, 0),
  METRICS_TOKEN: setting(
    'visible ASCII characters without spaces',
    z
      .string()
      .regex(/^[\x21-\x7e]{1,500}$/)
      .optional(),
    { secret: true },
  ),
  LOG_LEVEL: setting(
    'one of fatal, error, warn, info, debug, trace, silent',
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ),
  ISOLITH_PARITY: setting(
    '1, or 0 for no parity mode',
    z
      .enum(['0', '1'])
      .transform((value) => value === '1')
      .default(false),
  ),
});

/** What every host reads of its environment, parsed, with defaults where nothing was said. */
export type HostValues = z.output<typeof hostVariables>;
