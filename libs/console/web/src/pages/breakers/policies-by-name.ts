import type { Policy } from '../../api/answers/circuits.js';

export interface PolicyOfHosts {
  readonly name: string;
  readonly hosts: readonly Policy[];
}

const WORST = ['open', 'half-open', 'closed'];
const worst = ({ hosts }: PolicyOfHosts): number =>
  Math.min(...hosts.map(({ breaker }) => WORST.indexOf(breaker ?? 'closed')));

/** What is open first, then by name. */
export function byName(policies: readonly Policy[]): readonly PolicyOfHosts[] {
  const groups = Map.groupBy(policies, ({ name }) => name);
  return [...groups]
    .map(([name, hosts]) => ({ name, hosts }))
    .toSorted((a, b) => worst(a) - worst(b) || (a.name < b.name ? -1 : 1));
}
