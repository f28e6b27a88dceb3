import { z } from 'zod';

/** The body of a PATCH: any of these fields, at least one. Says so in the API's description too. */
export function changes<T extends Readonly<Record<string, z.ZodType>>>(
  fields: T,
): z.ZodObject<{ [K in keyof T]: z.ZodOptional<T[K]> }, z.core.$strict> {
  const names = Object.keys(fields).join(', ');
  return z
    .strictObject(fields)
    .partial()
    .refine((given) => Object.keys(given).length > 0, `needs at least one of ${names}`)
    .meta({ minProperties: 1 });
}
