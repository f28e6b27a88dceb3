import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { projections, type Relay } from '../../api/answers/projections.js';
import { useConsole } from '../../console.js';
import { useAnswer, useEvery } from '../../lists/use-answer.js';
import { Answered } from '../../parts/asked.js';
import { Badge } from '../../parts/badge.js';
import { Page } from '../../parts/page.js';
import { lengthOf } from '../../parts/time.js';
import { RewindDialog } from './rewind-dialog.js';

const EVERY_MS = 5_000;
const MANY = 100;

/** How far the journals of this host have been handed over to subscriptions. */
export function SubscriptionsPage(): JSX.Element {
  const { client } = useConsole();
  const asked = useAnswer('subscriptions', (signal) => client.get('projections', projections, signal));
  useEvery(EVERY_MS, true, asked.reload);
  const [rewinding, setRewinding] = useState<Relay>();
  return (
    <Page title="Subscriptions" tools={<button onClick={asked.reload}>Refresh</button>}>
      <Answered asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">The host that answers has no journal. Ask at a host of a context.</p>
          ) : (
            <Table relays={items} onRewind={setRewinding} />
          )
        }
      </Answered>
      {rewinding !== undefined && (
        <RewindDialog relay={rewinding} onDone={asked.reload} onClose={() => setRewinding(undefined)} />
      )}
    </Page>
  );
}

function Table({
  relays,
  onRewind,
}: {
  readonly relays: readonly Relay[];
  readonly onRewind: (relay: Relay) => void;
}): JSX.Element {
  return (
    <div class="plain-table" tabIndex={0} role="region" aria-label="Subscriptions">
      <table>
        <thead>
          <tr>
            <th scope="col">Subscription</th>
            <th scope="col">Journal of</th>
            <th scope="col" class="number">
              Lag
            </th>
            <th scope="col" class="number wide">
              Position
            </th>
            <th scope="col" class="wide">
              In hand
            </th>
            <th scope="col">
              <span class="hidden">Acts</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {relays.map((relay) => (
            <tr key={`${relay.producer} ${relay.context}.${relay.subscription}`}>
              <th scope="row">
                {relay.context}.{relay.subscription}
              </th>
              <td>{relay.producer}</td>
              <td class="number">{relay.lag >= MANY ? <Badge tone="warn">{String(relay.lag)}</Badge> : relay.lag}</td>
              <td class="number wide">
                {relay.position} of {relay.end}
              </td>
              <td class="wide">{inHandOf(relay)}</td>
              <td>
                <button
                  onClick={() => onRewind(relay)}
                  aria-label={`Rewind ${relay.context}.${relay.subscription} in ${relay.producer}`}
                >
                  Rewind
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function inHandOf({ leader, unfinished, oldestUnfinishedMs, failures }: Relay): string {
  if (!leader) return 'another host serves it';
  const oldest = unfinished === 0 ? '' : `, the oldest for ${lengthOf(oldestUnfinishedMs)}`;
  return `${unfinished}${oldest}${failures === 0 ? '' : `; ${failures} deliveries failed in a row`}`;
}
