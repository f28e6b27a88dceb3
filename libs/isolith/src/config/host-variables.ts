import { z } from 'zod';
import { brokerUrls } from './broker-urls.js';
import { edgeSettings } from './edge-settings.js';
import { setting, wholeNumber } from './setting.js';

const LONGEST_GRACE_MS = 600_000;

const postgresUrl = z.url({ protocol: /^postgres(ql)?$/ }).optional();
/** One context's own database; every `<CONTEXT>_DATABASE_URL` is read with it. */
export const contextDatabaseUrl = setting('a URL postgres://user:password@host:port/database', postgresUrl, {
  secret: true,
});

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

export type HostValues = z.output<typeof hostVariables>;
