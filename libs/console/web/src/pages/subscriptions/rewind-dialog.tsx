import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { rewound, type Relay, type Rewound } from '../../api/answers/projections.js';
import { path } from '../../api/client.js';
import type { CommandKey } from '../../api/command-key.js';
import { useConsole } from '../../console.js';
import { ActDialog } from '../../parts/act-dialog.js';
import { targetOf, TARGETS, type TargetKind } from './rewind-target.js';

interface Properties {
  readonly relay: Relay;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

/** Says first what would be handed over again; only then can it be done. */
export function RewindDialog({ relay, onDone, onClose }: Properties): JSX.Element {
  const { client, notices } = useConsole();
  const [kind, setKind] = useState<TargetKind>('last-effect');
  const [text, setText] = useState('');
  const [plan, setPlan] = useState<Rewound>();
  const id = useId();
  const name = `${relay.context}.${relay.subscription}`;
  const to = targetOf(kind, text);
  const change = (next: () => void): void => {
    next();
    setPlan(undefined);
  };
  const ask = async (reason: string, apply: boolean, keys: CommandKey): Promise<Rewound> => {
    if (to === undefined) throw new Error(TARGETS[kind].wrong);
    const where = path('subscriptions', name, 'rewind');
    const body = { producer: relay.producer, to, reason, apply };
    return client.post(where, body, rewound, keys.of(where, body));
  };
  const target = {
    id: `${id}-text`,
    required: true,
    value: text,
    'aria-invalid': text !== '' && to === undefined,
    onInput: ({ currentTarget: { value } }: { readonly currentTarget: { readonly value: string } }) =>
      change(() => setText(value)),
  };
  return (
    <ActDialog
      title={`Rewind ${name} in ${relay.producer}`}
      act={plan === undefined ? 'Look what would happen' : 'Rewind'}
      {...(plan === undefined ? {} : { tone: 'bad' as const })}
      asksWhy
      perform={async (reason, keys) => {
        const found = await ask(reason, plan !== undefined, keys);
        if (plan === undefined) {
          setPlan(found);
          return 'stay';
        }
        const events = found.items.reduce((sum, one) => sum + one.events, 0);
        notices.done(`${name} was rewound: ${events} events are handed over again.`);
        onDone();
        return undefined;
      }}
      onClose={onClose}
    >
      <p>What is behind is handed over again. What the subscription has dealt with has no second effect.</p>
      <div class="field">
        <label for={`${id}-kind`}>Back to</label>
        <select
          id={`${id}-kind`}
          value={kind}
          onChange={({ currentTarget: { value } }) =>
            change(() => setKind(value === 'position' || value === 'time' ? value : 'last-effect'))
          }
        >
          {Object.entries(TARGETS).map(([value, { label }]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {kind !== 'last-effect' && (
        <div class="field">
          <label for={`${id}-text`}>{TARGETS[kind].label}</label>
          {kind === 'time' ? (
            <input type="datetime-local" step={1} {...target} />
          ) : (
            <input inputMode="numeric" autocomplete="off" {...target} />
          )}
        </div>
      )}
      <div role="status">
        {plan !== undefined && (
          <ul class="plan">
            {plan.items.map(({ producer, from, to: back, events }) => (
              <li key={producer}>
                {events} events of <strong>{producer}</strong> would be handed over again: from position {from} back to{' '}
                {back}.
              </li>
            ))}
          </ul>
        )}
      </div>
    </ActDialog>
  );
}
