import { z } from 'zod';
import { memberOptions, oneName } from '../app/schematic.js';

/** Options of commands and queries. */
export const requestOptions = memberOptions
  .extend({
    ...oneName,
    /** Whether it gets an HTTP route. */
    route: z.boolean().default(false),
    /** `nest g` passes only options that it knows: there `--type rest` asks for the route. */
    type: z.string().optional(),
  })
  .transform(({ route, type, ...rest }) => ({ ...rest, hasRoute: route || type === 'rest' }));
