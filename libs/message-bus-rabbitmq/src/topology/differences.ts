import type { ChannelModel } from 'amqplib';
import { onOwnChannel } from './declare.js';
import { isPreconditionFailed } from './objection.js';
import type { QueueSpec } from './topology.js';

interface Form {
  readonly durable: boolean;
  readonly exclusive: boolean;
  readonly autoDelete: boolean;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** More differences than a declaration has parts are none. */
const MOST = 20;

/**
 * In what a queue that exists differs from how this version declares it, one clause each. The broker names one at a
 * time: it is asked again with what it said, until it agrees.
 */
export async function differences(connection: ChannelModel, queue: QueueSpec): Promise<readonly string[]> {
  const found: string[] = [];
  let form: Form = {
    durable: queue.durable,
    exclusive: queue.exclusive,
    autoDelete: false,
    arguments: queue.arguments,
  };
  while (found.length < MOST) {
    const objection = await objectionTo(connection, queue.name, form);
    if (objection === undefined) break;
    const part = parse(objection);
    if (part === undefined) {
      found.push(`queue ${queue.name} can't be used: ${objection}`);
      break;
    }
    const expected = queue.arguments[part.argument] ?? Reflect.get(queue, part.argument) ?? 'none';
    found.push(`queue ${queue.name} has ${part.argument} ${part.current ?? 'none'}, expected ${String(expected)}`);
    const adapted = adapt(form, part);
    if (adapted === undefined) break;
    form = adapted;
  }
  return found;
}

async function objectionTo(connection: ChannelModel, name: string, form: Form): Promise<string | undefined> {
  try {
    await onOwnChannel(connection, async (channel) => void (await channel.assertQueue(name, form)));
    return undefined;
  } catch (error) {
    if (isPreconditionFailed(error)) return /PRECONDITION_FAILED - ([^"]+)/.exec(error.message)?.[1] ?? error.message;
    throw error;
  }
}

interface Part {
  readonly argument: string;
  /** As the broker spells it; undefined: it has none. */
  readonly current: string | undefined;
}

/** `inequivalent arg 'x' for queue 'q' in vhost '/': received the value '4' of type 'byte' but current is none` */
function parse(objection: string): Part | undefined {
  const [, argument] = /^inequivalent arg '([^']+)' /.exec(objection) ?? [];
  const [, current] = objection.split('but current is ', 2);
  if (argument === undefined || current === undefined) return undefined;
  if (current === 'none') return { argument, current: undefined };
  return { argument, current: /^(?:the value )?'([^']*)'/.exec(current)?.[1] ?? current };
}

/** The form with what the queue has; undefined when that can't be said in a declaration. */
function adapt(form: Form, { argument, current }: Part): Form | undefined {
  if (argument === 'durable') return { ...form, durable: !form.durable };
  if (argument === 'auto_delete') return { ...form, autoDelete: !form.autoDelete };
  if (!argument.startsWith('x-')) return undefined;
  const { [argument]: before, ...others } = form.arguments;
  const next = current === undefined ? undefined : valueOf(current, before);
  // Said already, and not believed.
  if (next !== undefined && next === before) return undefined;
  return { ...form, arguments: next === undefined ? others : { ...others, [argument]: next } };
}

function valueOf(text: string, like: string | number | boolean | undefined): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return typeof like !== 'string' && /^-?\d+$/.test(text) ? Number(text) : text;
}
