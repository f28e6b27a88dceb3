import type { z } from 'zod';
import type { HostConfig } from '../config/host-config.js';

/**
 * The host's settings for a part that must not know the application's whole configuration:
 * `settings.read(z.object({ SHOP_CURRENCY: z.string() }))`.
 */
export class HostSettings {
  readonly #values: unknown;

  constructor(config: HostConfig) {
    this.#values = config.values;
  }

  /** The parsed values that the schema names (`PORT` is a number here); throws a ZodError when the application does not declare them like that. */
  read<S extends z.ZodObject>(schema: S): z.output<S> {
    return schema.parse(this.#values);
  }
}
