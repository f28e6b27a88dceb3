import { ownDatabaseVariable, type Application } from '@isolith/isolith';
import { servicesIn } from '../deployment/compose-file.js';

/** A file that lists the contexts and is written by people. */
interface HandList {
  readonly file: string;
  /**
   * What of the application isn't in its text, and what of the text isn't in the application; each in a sentence that
   * says what to do.
   */
  readonly gaps: (application: Application, text: string) => readonly string[];
}

const GATEWAY = 'gateway';

/** Those of the names that a pattern finds, against those that are wanted, in any order. */
function listed(what: string, wanted: readonly string[], text: string, pattern: RegExp): readonly string[] {
  const found = pattern.exec(text)?.[1]?.split(/,\s*/);
  if (found === undefined) return [`${what}: not found, expected ${String(pattern)}`];
  return [
    ...wanted.filter((name) => !found.includes(name)).map((name) => `${what}: add ${name}`),
    ...found.filter((name) => !wanted.includes(name)).map((name) => `${what}: remove ${name}`),
  ];
}

function composeGaps(application: Application, text: string): readonly string[] {
  const services = servicesIn(text);
  const roles = services['roles']?.environment ?? {};
  const hosted = Object.values(services).flatMap(({ environment }) => environment['CONTEXTS'] ?? []);
  const known: readonly string[] = [...application.names, GATEWAY];
  return [
    ...application.contexts.flatMap(({ name, settings }) => {
      const database = ownDatabaseVariable(name);
      const environment = services[name]?.environment;
      const roleIsMade = database in roles ? [] : [`service roles: add ${database} to its environment`];
      if (environment === undefined) return [`add a service ${name}, with CONTEXTS: ${name}`, ...roleIsMade];
      const told = [database, ...Object.keys(settings)].filter((variable) => !(variable in environment));
      return [...told.map((variable) => `service ${name}: add ${variable} to its environment`), ...roleIsMade];
    }),
    ...hosted.filter((name) => !known.includes(name)).map((name) => `remove the service of ${name}`),
  ];
}

function exampleGaps(application: Application, text: string): readonly string[] {
  const named = new Set([...text.matchAll(/^# ([A-Z_]+)=/gm)].map(([, variable]) => variable));
  return [
    ...listed('# CONTEXTS=', [...application.names, GATEWAY], text, /^# CONTEXTS=(\S+)$/m),
    ...Object.keys(application.variables).flatMap((variable) =>
      named.has(variable) ? [] : [`describe ${variable}, and add a line # ${variable}=`],
    ),
  ];
}

/** Every one of them. What else goes over all contexts reads src/shop.ts. */
export const handLists: readonly HandList[] = [
  { file: 'docker-compose.yml', gaps: composeGaps },
  { file: '.env.example', gaps: exampleGaps },
  {
    file: 'docs/operations/observability/prometheus.yml',
    gaps: ({ names }, text) => listed('the hosts of the job shop', [...names, GATEWAY], text, /names: \[([^\]]+)\]/),
  },
  {
    file: 'README.md',
    gaps: ({ names }, text) => listed('The shop', names, text, /^Its contexts, behind one gateway: ([\w, -]+) \(/m),
  },
  {
    file: 'docs/guides/split.md',
    gaps: ({ names }, text) =>
      listed(
        'CONTEXTS= of all but orders',
        [...names.filter((name) => name !== 'orders'), GATEWAY],
        text,
        /CONTEXTS=(\S+) npm start/,
      ),
  },
];
