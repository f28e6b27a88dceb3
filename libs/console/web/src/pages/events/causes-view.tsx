import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { causes, type Causes } from '../../api/answers/events.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { useAnswer } from '../../lists/use-answer.js';
import { Absent, Answered } from '../../parts/asked.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Page } from '../../parts/page.js';
import { momentOf } from '../../parts/time.js';
import { hrefOf } from '../../routing/route.js';
import { causeTree, linesOf, type CauseLine } from './cause-tree.js';

const TONES: Readonly<Record<CauseLine['cause']['kind'], Tone>> = {
  command: 'busy',
  event: 'good',
  saga: 'warn',
  step: 'quiet',
};

/** All that came of one request, in all contexts. */
export function CausesView({ correlationId }: { readonly correlationId: string }): JSX.Element {
  const { client } = useConsole();
  const where = path('causes', correlationId);
  const asked = useAnswer(where, (signal) => client.get(where, causes, signal));
  return (
    <Page
      title={`What came of ${correlationId}`}
      up={{ href: hrefOf(['events']), name: 'Events' }}
      tools={<button onClick={asked.reload}>Refresh</button>}
    >
      <Answered asked={asked}>
        {(found) => (
          <>
            <Absent contexts={found.unreachable} />
            {found.more === true && (
              <p class="quiet">There is more than is shown: only the first {found.items.length}.</p>
            )}
            {found.items.length === 0 ? <p class="empty">Nothing is known of it.</p> : <Tree causes={found} />}
          </>
        )}
      </Answered>
    </Page>
  );
}

function Tree({ causes: { items } }: { readonly causes: Causes }): JSX.Element {
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const turn = (id: string): void =>
    setFolded((before) => {
      const next = new Set(before);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  return (
    <ul class="tree">
      {linesOf(causeTree(items), folded).map((line) => (
        <Line key={line.cause.id} line={line} onTurn={() => turn(line.cause.id)} />
      ))}
    </ul>
  );
}

function Line({
  line: { cause, depth, below, isOpen },
  onTurn,
}: {
  readonly line: CauseLine;
  readonly onTurn: () => void;
}): JSX.Element {
  const { kind, name, context, at, outcome, detail } = cause;
  return (
    <li style={{ paddingInlineStart: `${Math.min(depth, 12) * 1.2}rem` }}>
      <span class="hidden">Level {depth + 1}: </span>
      {below > 0 ? (
        <button class="plain fold" aria-expanded={isOpen} aria-label={`${name}: ${below} below`} onClick={onTurn}>
          {isOpen ? '▾' : '▸'}
        </button>
      ) : (
        <span class="fold" />
      )}
      <Badge tone={TONES[kind]}>{kind}</Badge> <strong>{name}</strong> <span class="quiet">in {context}</span>
      {outcome !== undefined && <span> · {outcome}</span>}
      {detail !== undefined && <span class="quiet"> {detail}</span>}
      {!isOpen && <span class="quiet"> ({below} folded)</span>}
      <time dateTime={at} class="quiet">
        {momentOf(at)}
      </time>
    </li>
  );
}
