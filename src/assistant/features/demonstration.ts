import { scriptedModel, type Model, type ModelMessage, type ModelRequest, type ScriptedTurn } from '@isolith/agents';
import { page } from '@isolith/contracts';
import { z } from 'zod';
import { OrderView } from '../../orders/orders.contract.js';

const LIST = 'orders_list-orders';
const CANCEL = 'orders_cancel-order';
const GET = 'orders_get-order';

const Orders = page(OrderView.pick({ id: true, status: true, totalMinor: true, currency: true }));
const Status = OrderView.pick({ status: true });

interface Result {
  readonly tool: string;
  readonly failed: boolean;
  readonly content: string;
}

/**
 * A model that plays one scene, with the tools and approvals that a real one has: it looks at the user's orders, asks
 * to cancel the newest that can be, and tells what came of it. What the user says begins the scene anew. It remembers
 * nothing: the history says how far the scene has come, so a run that was interrupted goes on where it was.
 */
export const demonstration = (): Model => scriptedModel(scene, { name: 'demonstration' });

function scene({ messages, tools }: ModelRequest): ScriptedTurn {
  if (!tools.some(({ name }) => name === LIST))
    return { say: 'The demonstration is played in a conversation of shopping.' };
  const results = resultsSinceSaid(messages);
  const last = results.at(-1);
  if (last === undefined)
    return {
      say: 'This is a scripted demonstration. I look at your orders.',
      call: [{ tool: LIST, input: { limit: 5 } }],
    };
  switch (last.tool) {
    case LIST:
      return proposed(last);
    case CANCEL:
      return last.failed
        ? { say: 'It was not cancelled. Everything stays as it is.' }
        : { call: [{ tool: GET, input: { orderId: orderOf(messages) } }] };
    default:
      return { say: told(last) };
  }
}

function proposed({ failed, content }: Result): ScriptedTurn {
  const read = failed ? undefined : parsed(Orders, content);
  if (read === undefined) return { say: 'I could not look at your orders. Ask me again.' };
  const order = read.items.find(({ status }) => status === 'confirmed' || status === 'pending');
  if (order === undefined) return { say: `You have ${read.items.length} orders, and none that could be cancelled.` };
  const { id, status, totalMinor, currency } = order;
  return {
    say: `Order ${id} is ${status}, over ${(totalMinor / 100).toFixed(2)} ${currency}. I would cancel it: you decide.`,
    call: [{ tool: CANCEL, input: { orderId: id } }],
  };
}

const told = ({ failed, content }: Result): string => {
  const order = failed ? undefined : parsed(Status, content);
  return order === undefined
    ? 'It was done; look at the order for what became of it.'
    : `The order is ${order.status} now.`;
};

/** The order that was to be cancelled, as the last call said it. */
function orderOf(messages: readonly ModelMessage[]): unknown {
  const calls = messages.flatMap(({ role, content }) => (role === 'assistant' ? content : []));
  const cancel = calls.findLast((block) => block.type === 'tool-use' && block.name === CANCEL);
  return cancel?.type === 'tool-use' ? z.object({ orderId: z.string() }).parse(cancel.input).orderId : undefined;
}

/** What became of each call since the user said something last, in order, with the tool that was called. */
function resultsSinceSaid(messages: readonly ModelMessage[]): readonly Result[] {
  const begins = messages.findLastIndex(
    ({ role, content }) => role === 'user' && content.some(({ type }) => type === 'text'),
  );
  const scenes = messages.slice(begins);
  const names = new Map(
    scenes.flatMap(({ content }) =>
      content.flatMap((block) => (block.type === 'tool-use' ? [[block.id, block.name] as const] : [])),
    ),
  );
  return scenes.flatMap(({ content }) =>
    content.flatMap((block) =>
      block.type === 'tool-result' && names.has(block.id)
        ? [{ tool: names.get(block.id) ?? '', failed: block.failed, content: block.content }]
        : [],
    ),
  );
}

function parsed<S extends z.ZodType>(schema: S, content: string): z.output<S> | undefined {
  try {
    return schema.safeParse(JSON.parse(content)).data;
  } catch {
    return undefined;
  }
}
