import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { sagaWhole, type SagaWhole } from '../../api/answers/sagas.js';
import { path } from '../../api/client.js';
import { useConsole } from '../../console.js';
import { useAnswer, useEvery } from '../../lists/use-answer.js';
import { Answered } from '../../parts/asked.js';
import { Facts } from '../../parts/facts.js';
import { Moment } from '../../parts/moment.js';
import { Page } from '../../parts/page.js';
import { hrefOf } from '../../routing/route.js';
import { ActOnSaga, actsFor, type Act } from './act-on-saga.js';
import { GanttChart } from './gantt-chart.js';
import { SagaStatus } from './saga-status.js';

interface Which {
  readonly context: string;
  readonly name: string;
  readonly id: string;
}

const LOOKS_EVERY_MS = 2_000;
const hasEnded = ({ status }: SagaWhole): boolean => ['completed', 'compensated', 'taken-over'].includes(status);
const moves = ({ status }: SagaWhole): boolean => status === 'running' || status === 'compensating';

export function SagaView({ context, name, id }: Which): JSX.Element {
  const { client } = useConsole();
  const where = path('sagas', context, name, id);
  const asked = useAnswer(where, (signal) => client.get(where, sagaWhole, signal));
  useEvery(LOOKS_EVERY_MS, asked.value !== undefined && moves(asked.value), asked.reload);
  const [act, setAct] = useState<Act>();
  return (
    <Page
      title={`${name} ${id}`}
      up={{ href: hrefOf(['sagas']), name: 'Sagas' }}
      tools={
        asked.value !== undefined &&
        actsFor(asked.value.status).map((one) => (
          <button key={one.action} onClick={() => setAct(one)}>
            {one.name}
          </button>
        ))
      }
    >
      <Answered asked={asked}>{(saga) => <Whole saga={saga} />}</Answered>
      {act !== undefined && (
        <ActOnSaga where={where} act={act} onDone={asked.reload} onClose={() => setAct(undefined)} />
      )}
    </Page>
  );
}

function Whole({ saga }: { readonly saga: SagaWhole }): JSX.Element {
  const { status, step, cause, trouble, attempts, waitsFor, waitUntil, waitingSince, deadlineAt, correlationId } = saga;
  return (
    <>
      <Facts
        of={[
          ['Status', <SagaStatus of={status} />],
          [hasEnded(saga) ? 'Last step' : 'Step that is due', step],
          [
            'Waits for',
            waitsFor &&
              (waitsFor.event === undefined ? 'time to pass' : <WaitsFor event={waitsFor.event} of={waitsFor.key} />),
          ],
          ['Waits since', waitingSince && <Moment at={waitingSince} />],
          ['Waits until', waitUntil && <Moment at={waitUntil} />],
          ['Reminders', waitsFor && waitsFor.reminders],
          ['Deadline', deadlineAt && <Moment at={deadlineAt} />],
          ['Attempts that failed', attempts > 0 && attempts],
          ['Last trouble', trouble && <Why {...trouble} />],
          ['Turned back at', cause && <Why type={`${cause.step}: ${cause.type}`} detail={cause.detail} />],
          ['Version', saga.version],
          ['Moved by', saga.holder],
          ['Begun', <Moment at={saga.createdAt} />],
          ['Causes and effects', <a href={hrefOf(['events', 'causes', correlationId])}>{correlationId}</a>],
        ]}
      />
      <h2>Timeline</h2>
      <GanttChart timeline={saga.timeline} />
    </>
  );
}

const WaitsFor = ({
  event,
  of,
}: {
  readonly event?: string | undefined;
  readonly of?: string | undefined;
}): JSX.Element => (
  <>
    <code>{event}</code>
    {of !== undefined && (
      <>
        {' '}
        of <code>{of}</code>
      </>
    )}
  </>
);

const Why = ({ type, detail }: { readonly type: string; readonly detail: string }): JSX.Element => (
  <>
    <code>{type}</code> {detail}
  </>
);
