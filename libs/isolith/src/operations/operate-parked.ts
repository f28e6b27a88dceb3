import { z } from 'zod';
import { atHost, toldOf, type OperateOptions } from './at-host.js';
import type { HostClient } from './host-client.js';
import { parkedCommand, type ParkedCommand } from './parked-command.js';
import { groupReplay, parkedEntry, parkedGroup, parkedWhole, sequenceReplay } from './parked-messages.js';

const AT_MOST = 100;
const unreachable = z.array(z.object({ context: z.string(), reason: z.string() }));
const ofContext = { context: z.string() };
const listed = z.object({ items: z.array(parkedEntry.extend(ofContext)), unreachable });
const grouped = z.object({ items: z.array(parkedGroup.extend(ofContext)), unreachable });
const whole = parkedWhole
  .omit({ dataJson: true, schemaJson: true })
  .extend({ ...ofContext, data: z.unknown().optional(), schema: z.unknown().optional() });

/**
 * Lists parked messages, shows one, gives it other data, replays or discards, by the actuator of a running host:
 * whoever holds the token is who did it.
 * @returns the exit code: 0 when it was done, 1 when not (a replay that met a failure too), or when not all contexts of
 *   a list have answered
 */
export function operateParked(options: OperateOptions): Promise<0 | 1> {
  return atHost(options, {
    read: parkedCommand,
    run: done,
    open: ({ do: what }) =>
      what === 'list' || what === 'groups' || what === 'show'
        ? undefined
        : 'nobody knows whether it was done: list them before you do it again',
  });
}

async function done(command: ParkedCommand, host: HostClient, tell: (line: string) => void): Promise<0 | 1> {
  switch (command.do) {
    case 'list': {
      const { do: _, ...filter } = command;
      const found = await host.get(`/actuator/parked?${queryOf({ ...filter, limit: String(AT_MOST) })}`, listed);
      for (const message of found.items) tell(lineOf(message));
      if (found.items.length + found.unreachable.length === 0) tell('nothing is parked');
      return toldOf(found.unreachable, tell);
    }
    case 'groups': {
      const { do: _, ...filter } = command;
      const found = await host.get(`/actuator/parked/groups?${queryOf(filter)}`, grouped);
      for (const {
        context,
        subscription,
        type = 'bytes',
        problem = 'waiting',
        count,
        example,
        ...times
      } of found.items)
        tell(
          `${count} ${context}.${subscription} ${type} ${problem}, ${times.oldestAt} to ${times.newestAt}, as ${example.id}: ${example.detail}`,
        );
      if (found.items.length + found.unreachable.length === 0) tell('nothing is parked');
      return toldOf(found.unreachable, tell);
    }
    case 'show': {
      const { data, schema, hidden, edited, ...message } = await host.get(pathOf(command), whole);
      tell(lineOf(message));
      if (edited !== undefined) tell(`  edited ${edited.at} by ${edited.by}: ${edited.reason}`);
      tell(hidden === undefined ? `  data ${JSON.stringify(data)}` : `  data is hidden: ${hidden}`);
      if (schema !== undefined) tell(`  schema ${JSON.stringify(schema)}`);
      return 0;
    }
    case 'edit': {
      const { data, reason } = command;
      await host.post(`${pathOf(command)}/edit`, { data, reason }, z.object({ edited: z.boolean() }));
      tell(`${command.context} ${command.id} has its new data`);
      return 0;
    }
    case 'discard': {
      const { outcome } = await host.post(`${pathOf(command)}/discard`, {}, z.object({ outcome: z.string() }));
      tell(`${command.context} ${command.id} is ${outcome} now`);
      return 0;
    }
    case 'replay': {
      const { context, subscription, key } = command;
      const end = await host.post(`${ofContextPath(context)}/replay`, { subscription, key }, sequenceReplay);
      tell(`${end.status}: replayed ${end.replayed}, ${end.left} left${failureOf(end)}`);
      return end.status === 'completed' ? 0 : 1;
    }
    case 'replay-group': {
      const { context, perSecond, filter } = command;
      const replay = await host.post(`${ofContextPath(context)}/replay-group`, { filter, perSecond }, groupReplay);
      tell(`${replay.status}: replayed ${replay.replayed} so far${failureOf(replay)}`);
      return replay.status === 'stopped' ? 1 : 0;
    }
  }
}

const ofContextPath = (context: string): string => `/actuator/parked/${encodeURIComponent(context)}`;

const pathOf = ({ context, id }: { readonly context: string; readonly id: string }): string =>
  `${ofContextPath(context)}/${id}`;

const queryOf = (filter: Readonly<Record<string, string>>): string => new URLSearchParams(filter).toString();

function failureOf({ failed }: Pick<z.output<typeof sequenceReplay>, 'failed'>): string {
  return failed === undefined ? '' : `; ${failed.id} failed: ${failed.problem.type}: ${failed.problem.detail}`;
}

function lineOf(message: z.output<typeof parkedEntry> & { readonly context: string }): string {
  const { context, id, subscription, key, type = 'bytes', attempts, behind, parkedAt, problem } = message;
  const why = problem === undefined ? '' : `: ${problem.type}: ${problem.detail}`;
  return `${context} ${id} ${subscription} ${key} ${type}, ${attempts} attempts, ${behind} behind it, since ${parkedAt}${why}`;
}
