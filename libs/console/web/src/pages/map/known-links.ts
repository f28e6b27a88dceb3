import type { Contract } from '../../api/answers/contracts.js';
import type { KnownLink } from './map-model.js';

/** What contexts state that they send to one another: requests to who answers them, events to who takes them. */
export function statedLinks(contracts: readonly Contract[]): readonly KnownLink[] {
  const links = contracts.flatMap(({ kind, context, usedBy }) =>
    usedBy
      .filter((user) => user !== context)
      .map((user): KnownLink =>
        kind === 'event' ? { from: context, to: user, lane: kind } : { from: user, to: context, lane: kind },
      ),
  );
  return distinct(links);
}

/** Those of which there may be more, each once. */
export const distinct = (links: readonly KnownLink[]): readonly KnownLink[] => [
  ...new Map(links.map(({ from, to, lane }) => [JSON.stringify([from, to, lane]), { from, to, lane }])).values(),
];
