import { shop } from '../../src/shop.js';
import { seededRandom } from './seeded-random.js';

/** Which host runs which contexts, and on what. */
export interface Placement {
  readonly name: string;
  /** One entry a host: its contexts. `gateway` is placed like a context; the same entry twice is two replicas. */
  readonly hosts: readonly (readonly string[])[];
  /** The embedded database serves a single process only. */
  readonly database: 'embedded' | 'postgresql';
  /** What its hosts are told besides. */
  readonly environment?: Readonly<Record<string, string>>;
}

const everything: readonly string[] = [...shop.names, 'gateway'];

export const oneProcessEmbedded: Placement = {
  name: 'one process on the embedded database',
  hosts: [everything],
  database: 'embedded',
};
/** One process whose contexts meet the faults of a split: see libs/message-bus/README.md. */
export const oneProcessInParity: Placement = {
  ...oneProcessEmbedded,
  name: 'one process on the embedded database, in parity mode',
  environment: { ISOLITH_PARITY: '1' },
};
export const oneProcess: Placement = { name: 'one process on PostgreSQL', hosts: [everything], database: 'postgresql' };
/** With bounds for the heap as in docker-compose.yml. */
export const eachItsOwn: Placement = {
  name: 'each context a process of its own',
  hosts: everything.map((context) => [context]),
  database: 'postgresql',
  environment: { NODE_OPTIONS: '--max-old-space-size=192 --max-semi-space-size=8' },
};

/** A placement drawn at random: 2 to 5 hosts, each with one context or more. The same seed draws the same one. */
export function randomPlacement(seed: number): Placement {
  const random = seededRandom(seed);
  const pick = (most: number): number => Math.floor(random() * most);
  const hosts: string[][] = Array.from({ length: 2 + pick(4) }, () => []);
  const shuffled = everything.map((context) => ({ context, at: random() })).sort((a, b) => a.at - b.at);
  // The first ones fill every host, the rest falls anywhere.
  for (const [index, { context }] of shuffled.entries())
    hosts[index < hosts.length ? index : pick(hosts.length)]?.push(context);
  return {
    name: `drawn with seed ${seed}: ${hosts.map((host) => host.join('+')).join(' | ')}`,
    hosts,
    database: 'postgresql',
  };
}
