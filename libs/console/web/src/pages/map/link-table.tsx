import type { JSX } from 'preact';
import { Badge } from '../../parts/badge.js';
import { lengthOf } from '../../parts/time.js';
import { linkKey } from './map-layout.js';
import { rateOf, type Link } from './map-model.js';

interface Properties {
  readonly links: readonly Link[];
  readonly chosen: string | undefined;
  readonly onChoose: (link: string | undefined) => void;
}

const time = (ms: number | null | undefined): string => (typeof ms === 'number' ? lengthOf(ms) : '');

/** What goes between contexts, lane by lane; a link that is chosen is drawn above. */
export function LinkTable({ links, chosen, onChoose }: Properties): JSX.Element {
  if (links.length === 0) return <p class="empty">Nothing goes between contexts.</p>;
  return (
    <div class="plain-table" tabIndex={0} role="region" aria-label="Links between contexts">
      <table>
        <thead>
          <tr>
            <th scope="col">Link</th>
            <th scope="col">Lane</th>
            <th scope="col" class="number">
              Rate
            </th>
            <th scope="col" class="number">
              Failed
            </th>
            <th scope="col" class="number wide">
              Half within
            </th>
            <th scope="col" class="number">
              99 of 100 within
            </th>
          </tr>
        </thead>
        <tbody>
          {links.flatMap((link) =>
            link.lanes.map(({ lane, perSecond, failedPerSecond, p50Ms, p99Ms }, index) => (
              <tr key={`${linkKey(link)} ${lane}`}>
                <th scope="row">
                  {index === 0 && (
                    <button
                      class="plain"
                      aria-pressed={linkKey(link) === chosen}
                      onClick={() => onChoose(linkKey(link) === chosen ? undefined : linkKey(link))}
                    >
                      {link.from} → {link.to}
                    </button>
                  )}
                  {index > 0 && (
                    <span class="hidden">
                      {link.from} to {link.to}
                    </span>
                  )}
                </th>
                <td>{lane}</td>
                <td class="number">{rateOf(perSecond)}</td>
                <td class="number">
                  {failedPerSecond > 0 && link.mark === 'failing' ? (
                    <Badge tone="bad">{rateOf(failedPerSecond)}</Badge>
                  ) : (
                    rateOf(failedPerSecond)
                  )}
                </td>
                <td class="number wide">{time(p50Ms)}</td>
                <td class="number">
                  {link.mark === 'slow' && p99Ms === link.p99Ms ? (
                    <Badge tone="warn">{time(p99Ms)}</Badge>
                  ) : (
                    time(p99Ms)
                  )}
                </td>
              </tr>
            )),
          )}
        </tbody>
      </table>
    </div>
  );
}
