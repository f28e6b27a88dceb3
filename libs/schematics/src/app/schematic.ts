import type { Rule } from '@angular-devkit/schematics';
import { z } from 'zod';
import { App } from './app.js';
import { Changes } from './changes.js';
import { missingPackages } from './missing-packages.js';
import { Refused } from '../refusals/refused.js';

/** What every schematic is told. `nest g` gives the second word behind the schematic as `path`. */
export const generalOptions = z.object({
  name: z.string({ error: 'expected a name' }),
  sourceRoot: z.string().min(1).default('src'),
  /** Whether specs are written. */
  spec: z.boolean().default(true),
});

/** Of a schematic that takes one name: a second one was meant for something. */
export const oneName = {
  path: z
    .string()
    .optional()
    .refine((second) => second === undefined, {
      error: 'expected one name, with the context in front as in inventory/reserve-stock',
    }),
};

/** Options of a member of a context. */
export const memberOptions = generalOptions.extend({ context: z.string().optional() });

/** What a schematic has to say instead of writing: that what was asked for is there. */
export interface Present {
  readonly present: string;
}

/**
 * A schematic of the devkit over what one drafts. Its rule throws Refused, with a sentence for the command line, for
 * options that are wrong and for an application of another form; then it has changed nothing.
 * @param draft changes the application, or says that there is nothing to be done
 */
export function schematic<S extends z.ZodType<{ readonly sourceRoot: string }>>(
  options: S,
  draft: (options: z.output<S>, app: App) => Present | undefined,
): (given: z.input<S>) => Rule {
  return (given) =>
    (tree, { logger }) => {
      const parsed = options.safeParse(given);
      if (!parsed.success)
        throw new Refused(parsed.error.issues.map(({ path, message }) => `--${path.join('.')}: ${message}`).join('; '));
      const changes = new Changes(tree);
      const app = new App(changes, withoutSlashes(parsed.data.sourceRoot));
      const outcome = draft(parsed.data, app);
      if (outcome !== undefined) {
        logger.info(`${outcome.present}; nothing was changed.`);
        return;
      }
      changes.write();
      const missing = missingPackages(tree, changes.created);
      if (missing.length > 0)
        logger.warn(`package.json does not list what is used now: npm install ${missing.join(' ')}`);
    };
}

const withoutSlashes = (folder: string): string => folder.replace(/^\.?\//, '').replace(/\/$/, '');
