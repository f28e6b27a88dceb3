import { Inject } from '@nestjs/common';
import type { z } from 'zod';
import type { Settings } from './context.js';

interface Declares<S extends Settings = Settings> {
  readonly name: string;
  readonly settings: S;
}

/** What a host was told of the variables that a context (or the application) declares: `SettingsOf<typeof orders>`. */
export type SettingsOf<D extends Declares> = z.output<z.ZodObject<D['settings']>>;

/** The injection token of these settings, in every module of a host: `inject: [settingsOf(orders)]`. */
export const settingsOf = ({ name }: Declares): string => `settings of ${name}`;

/** Injects them into a constructor: `@InjectSettings(orders) settings: SettingsOf<typeof orders>`. */
export const InjectSettings = (declares: Declares): ParameterDecorator => Inject(settingsOf(declares));
