import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { moved, policies, type Policy } from '../../api/answers/circuits.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { useAnswer, useEvery } from '../../lists/use-answer.js';
import { ActDialog } from '../../parts/act-dialog.js';
import { Answered } from '../../parts/asked.js';
import { Page } from '../../parts/page.js';
import { NAMES, PolicyCard, type Move } from './policy-card.js';
import { byName } from './policies-by-name.js';

const EVERY_MS = 2_000;
const SAYS: Readonly<Record<Move, string>> = {
  open: 'Nobody calls until it is closed again: callers are refused at once, or get the fallback.',
  close: 'Calls go on at once; it opens again when they fail.',
  reset: 'It is as at the start of the host: closed, and nothing counted.',
};

interface Moving {
  readonly name: string;
  readonly move: Move;
  /** On one host; on all where absent. */
  readonly host: Policy['host'] | undefined;
}

/** How contexts call others and the outside, on all hosts. */
export function BreakersPage(): JSX.Element {
  const { client, notices } = useConsole();
  const asked = useAnswer('breakers', (signal) => client.get('circuitbreakers', policies, signal));
  useEvery(EVERY_MS, true, asked.reload);
  const [moving, setMoving] = useState<Moving>();
  return (
    <Page title="Breakers" tools={<button onClick={asked.reload}>Refresh</button>}>
      <Answered asked={asked}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="empty">No host has a policy.</p>
          ) : (
            <ul class="cards">
              {byName(items).map(({ name, hosts }) => (
                <PolicyCard
                  key={name}
                  name={name}
                  hosts={hosts}
                  onMove={(move, host) => setMoving({ name, move, host })}
                />
              ))}
            </ul>
          )
        }
      </Answered>
      {moving !== undefined && (
        <ActDialog
          title={`${NAMES[moving.move]} ${moving.name}${moving.host === undefined ? '' : ` on ${moving.host.machine}`}?`}
          act={NAMES[moving.move]}
          {...(moving.move === 'open' ? { tone: 'bad' as const } : {})}
          asksWhy
          perform={async (reason, keys) => {
            const to = path('circuitbreakers', moving.name, moving.move);
            const body = { reason, ...(moving.host === undefined ? {} : { host: moving.host.id }) };
            const { hosts } = await client.post(to, body, moved, keys.of(to, body));
            notices.done(
              `${moving.name}: ${moving.move} was told to ${hosts.length} host${hosts.length === 1 ? '' : 's'}.`,
            );
            asked.reload();
          }}
          onClose={() => setMoving(undefined)}
        >
          <p>{SAYS[moving.move]}</p>
        </ActDialog>
      )}
    </Page>
  );
}
