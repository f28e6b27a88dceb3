import { sagaStatus } from '@isolith/saga';
import { z } from 'zod';
import { atHost, type OperateOptions } from './at-host.js';
import type { HostClient } from './host-client.js';
import { sagaCommand, type SagaCommand, type SagaOnLine } from './saga-command.js';
import { sagaDetail, sagaSummary } from './saga-messages.js';

/** Of each context the host lists so many. */
const AT_MOST = 100;
const listed = z.object({
  items: z.array(sagaSummary.extend({ context: z.string() })),
  unreachable: z.array(z.object({ context: z.string(), reason: z.string() })),
});
const acted = z.object({ status: sagaStatus });

/**
 * Lists sagas, shows one, or steps in, by the actuator of a running host: whoever holds the token is who did it, and
 * the host keeps it as it keeps what comes over HTTP.
 * @returns the exit code: 0 when it was done, 1 when not, or when not all contexts of a list have answered
 */
export function operateSagas(options: OperateOptions): Promise<0 | 1> {
  return atHost(options, {
    read: (words) => {
      const command = sagaCommand(words);
      return 'problem' in command ? command : { command };
    },
    run: done,
    open: (command) =>
      command.do === 'list' || command.do === 'show'
        ? undefined
        : `nobody knows whether it was done: show ${command.saga.name} ${command.saga.id} before you do it again`,
  });
}

async function done(command: SagaCommand, host: HostClient, tell: (line: string) => void): Promise<0 | 1> {
  switch (command.do) {
    case 'list': {
      const query = `status=${command.status}&limit=${AT_MOST}`;
      const { items, unreachable } = await host.get(`/actuator/sagas?${query}`, listed);
      for (const saga of items) tell(summaryOf(saga));
      const full = [...new Set(items.map(({ context }) => context))].filter(
        (context) => items.filter((saga) => saga.context === context).length >= AT_MOST,
      );
      for (const context of full) tell(`${context}: these are its youngest ${AT_MOST}; there may be more`);
      for (const { context, reason } of unreachable) tell(`${context}: gave no answer: ${reason}`);
      if (items.length + unreachable.length === 0) tell(`no saga is ${command.status}`);
      return unreachable.length === 0 ? 0 : 1;
    }
    case 'show': {
      const saga = await host.get(pathOf(command.saga), sagaDetail);
      tell(summaryOf(saga));
      for (const entry of saga.timeline) tell(entryOf(entry));
      return 0;
    }
    case 'retry':
    case 'skip':
    case 'compensate':
    case 'take-over': {
      const { saga, reason } = command;
      const { status } = await host.post(`${pathOf(saga)}/${command.do}`, { reason }, acted);
      tell(`${saga.name} ${saga.id} is ${status} now`);
      return 0;
    }
  }
}

const pathOf = ({ context, name, id }: SagaOnLine): string =>
  `/actuator/sagas/${context}/${name}/${encodeURIComponent(id)}`;

const troubleOf = (trouble: { readonly type: string; readonly detail: string } | undefined): string =>
  trouble === undefined ? '' : `: ${trouble.type}: ${trouble.detail}`;

function summaryOf({ name, id, status, step, attempts, trouble, updatedAt }: z.output<typeof sagaSummary>): string {
  const at = step === undefined ? '' : ` at ${step}`;
  const tried = attempts === 0 ? '' : ` after ${attempts} attempts`;
  return `${name} ${id} ${status}${at}${tried}, since ${updatedAt}${troubleOf(trouble)}`;
}

function entryOf({ at, what, trouble, operator, reason }: z.output<typeof sagaDetail>['timeline'][number]): string {
  const by = operator === undefined ? '' : `, by ${operator}: ${reason ?? ''}`;
  return `  ${at} ${what}${troubleOf(trouble)}${by}`;
}
