import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { parkedWhole, type ParkedWhole } from '../../api/answers/parked.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { useAnswer } from '../../lists/use-answer.js';
import { Answered } from '../../parts/asked.js';
import { Badge } from '../../parts/badge.js';
import { Facts } from '../../parts/facts.js';
import { Json } from '../../parts/json.js';
import { Moment } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { hrefOf } from '../../routing/route.js';
import { goTo } from '../../routing/use-route.js';
import { DiscardParked } from './discard-parked.js';
import { EditParked } from './edit-parked.js';
import { ReplayKey } from './replay-key.js';

/** One message whole. */
export function ParkedView({ context, id }: { readonly context: string; readonly id: string }): JSX.Element {
  const { client } = useConsole();
  const where = path('parked', context, id);
  const asked = useAnswer(where, (signal) => client.get(where, parkedWhole, signal));
  const [act, setAct] = useState<'edit' | 'replay' | 'discard'>();
  const close = (): void => setAct(undefined);
  const { value } = asked;
  // Where a host says what the data ought to be, also of one that is not so and is hidden.
  const isEditable = value?.schema !== undefined;
  return (
    <Page
      title={`Parked message ${id}`}
      up={{ href: hrefOf(['parked']), name: 'Parked' }}
      tools={
        value !== undefined && (
          <>
            {isEditable && <button onClick={() => setAct('edit')}>Edit</button>}
            <button class="primary" onClick={() => setAct('replay')}>
              Replay
            </button>
            <button onClick={() => setAct('discard')}>Discard</button>
          </>
        )
      }
    >
      <Answered asked={asked}>{(parked) => <Whole parked={parked} />}</Answered>
      {act === 'edit' && value !== undefined && <EditParked parked={value} onDone={asked.reload} onClose={close} />}
      {act === 'replay' && value !== undefined && (
        <ReplayKey parked={value} onDone={() => goTo(['parked'])} onFailed={asked.reload} onClose={close} />
      )}
      {act === 'discard' && value !== undefined && (
        <DiscardParked parked={value} onDone={() => goTo(['parked'])} onClose={close} />
      )}
    </Page>
  );
}

function Whole({ parked }: { readonly parked: ParkedWhole }): JSX.Element {
  const { problem, edited, envelope, hidden, data } = parked;
  return (
    <>
      {problem !== undefined && (
        <div class="trouble">
          <p>
            <code>{problem.type}</code> {problem.detail}
          </p>
        </div>
      )}
      {edited !== undefined && (
        <p>
          <Badge tone="warn">edited</Badge> by {edited.by}, <Moment at={edited.at} />: {edited.reason}. The next replay
          uses what it is now.
        </p>
      )}
      <Facts
        of={[
          ['Subscription', `${parked.context}.${parked.subscription}`],
          ['Key', <code>{parked.key}</code>],
          ['Type', parked.type],
          ['Attempts', parked.attempts],
          ['Wait behind it', parked.behind],
          ['Parked', <Moment at={parked.parkedAt} />],
          ['Recorded by', envelope?.source],
          ['Recorded', envelope && <Moment at={envelope.time} />],
          ['Message id', <code>{parked.messageId}</code>],
          [
            'Causes and effects',
            envelope && <a href={hrefOf(['events', 'causes', envelope.correlationid])}>{envelope.correlationid}</a>,
          ],
        ]}
      />
      <h2>Data</h2>
      {hidden === undefined ? (
        <Json value={data} label="Data of the message" />
      ) : (
        <p class="quiet">Hidden: {hidden}.</p>
      )}
    </>
  );
}
