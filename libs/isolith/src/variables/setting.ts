import { foreignSchema } from '@isolith/contracts';
import { z } from 'zod';

interface SettingInfo {
  /** What a valid value looks like, as the end of "expected …". */
  readonly expected: string;
  /** The value is never shown, not even a wrong one. */
  readonly secret: boolean;
}

const settings = z.registry<SettingInfo>();

/**
 * Declares one environment variable: what is expected of it, and the schema that reads the string. The schema must
 * accept `undefined` (a default, or optional): a host starts from nothing, and what depends on other variables is
 * checked where all of them are known.
 * @throws {TypeError} for a schema of another zod
 */
export function setting<T extends z.ZodType>(expected: string, schema: T, more: { readonly secret?: boolean } = {}): T {
  const foreign = foreignSchema(schema);
  if (foreign !== undefined) throw new TypeError(`setting(${expected}): ${foreign}`);
  settings.add(schema, { expected, secret: more.secret ?? false });
  return schema;
}

/** Undeclared settings are treated as secrets: showing too little is the smaller mistake. */
export const settingInfo = (schema: z.core.$ZodType): SettingInfo =>
  settings.get(schema) ?? { expected: 'another value', secret: true };

/** A whole number in decimal digits; `1e3`, `0x10`, `+5` and `5.0` are refused. */
export function wholeNumber(min: number, max: number, byDefault: number): z.ZodType<number> {
  const read = z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max));
  return setting(`a whole number from ${min} to ${max}`, read.default(byDefault));
}

/** `true` or `false`. */
export function flag(byDefault: boolean): z.ZodType<boolean> {
  return setting(
    'true or false',
    z
      .enum(['true', 'false'])
      .transform((value) => value === 'true')
      .default(byDefault),
  );
}
