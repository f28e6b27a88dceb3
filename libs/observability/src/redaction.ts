/** Fields whose values never reach a log, wherever they stand within the first levels of what is logged. */
const SENSITIVE = [
  'authorization', 'cookie', 'password', 'paymentToken', 'address', 'email', 'accessToken', 'refreshToken', 'secret',
] as const;
/** Header names as they are sent. */
const SENSITIVE_QUOTED = ['["set-cookie"]', '["idempotency-key"]'] as const;
const LEVELS = ['', '*.', '*.*.', '*.*.*.'] as const;

/** Paths for pino's `redact`. It has no "at any depth", so each level is spelt out. */
export const redactedPaths: readonly string[] = LEVELS.flatMap((level) => [
  ...SENSITIVE.map((field) => `${level}${field}`),
  ...SENSITIVE_QUOTED.map((field) => (level === '' ? field : `${level.slice(0, -1)}${field}`)),
]);

export const CENSORED = '[redacted]';
