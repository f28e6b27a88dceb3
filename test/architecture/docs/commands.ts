import { z } from 'zod';
import type { Missing } from './named-things.js';

const Manifest = z.object({ scripts: z.record(z.string(), z.string()).default({}) });
/** npm's own short forms of `npm run`. */
const SHORT = /^(start|test)$/;

/** Scripts of package.json that are run, and options of those that are ours. */
export const missingCommands: Missing = (files) => {
  const { scripts } = Manifest.parse(JSON.parse(files.get('package.json') ?? '{}'));
  const main = files.get('src/main.ts') ?? '';
  /** What reads the options of a script; undefined where another tool does. */
  const readerOf = (script: string): string | undefined => {
    // scripts/run.mjs hands its arguments over to what it runs.
    const run = (scripts[script] ?? '').replaceAll(/\bscripts\/run\.mjs ([a-z-]+)/g, 'scripts/$1.ts');
    const own = [...run.matchAll(/\b(?:scripts|test|bench)\/[\w./-]+\.(?:mjs|ts)/g)];
    const text = own.map(([path]) => files.get(path) ?? '').join('\n');
    return own.length === 0 ? undefined : /runBuilt\('main\.js'/.test(text) ? main : text;
  };
  const isRead = (option: string, reader: string): boolean =>
    reader.includes(`--${option}`) || new RegExp(`['\\s]${option}'?: \\{ type`).test(reader);
  return (text) => [
    ...[...text.matchAll(/\bnpm (run )?(?:-s )?([a-z][\w-]*)/g)]
      .filter(([, run, name = '']) => (run !== undefined || SHORT.test(name)) && scripts[name] === undefined)
      .map(([said]) => said),
    ...[...text.matchAll(/\bnpm run ([\w-]+) -- ((?:--[\w-]+ ?(?:[\w.,/]+ ?)?)+)/g)].flatMap(
      ([, script = '', all = '']) => {
        const reader = readerOf(script);
        return reader === undefined
          ? []
          : unread(all, reader, isRead).map((option) => `npm run ${script} -- ${option}`);
      },
    ),
    ...[...text.matchAll(/\bnode dist\/main\.js ((?:--[\w-]+ ?)+)/g)].flatMap(([, all = '']) =>
      unread(all, main, isRead).map((option) => `node dist/main.js ${option}`),
    ),
  ];
};

const unread = (all: string, reader: string, isRead: (option: string, reader: string) => boolean): readonly string[] =>
  [...all.matchAll(/--([\w-]+)/g)].filter(([, option = '']) => !isRead(option, reader)).map(([said]) => said);
