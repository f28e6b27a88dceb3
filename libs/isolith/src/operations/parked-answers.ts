import { ContractViolationError } from '@isolith/contracts';
import {
  ParkedNotFound,
  type GroupReplay,
  type ParkedGroup,
  type ParkedMessages,
  type ParkedWhole,
} from '@isolith/journal';
import type { RequestHandler } from '@isolith/message-bus';
import { answer, operator } from './answer.js';
import { ParkedMisfit, parkedMessagesOf } from './parked-messages.js';

const BY = 'operations of parked messages';

const wholeOf = ({ data, schema, ...message }: ParkedWhole) => ({
  ...message,
  dataJson: data === undefined ? undefined : JSON.stringify(data),
  schemaJson: schema === undefined ? undefined : JSON.stringify(schema),
});

/** What a context of this host answers about its parked messages. */
export function parkedAnswers(context: string, parked: ParkedMessages): readonly RequestHandler[] {
  const messages = parkedMessagesOf(context);
  return [
    answer(messages.ListParked, BY, ({ filter, limit, cursor }) => parked.list(filter, limit, cursor)),
    answer(messages.ShowParked, BY, async ({ id }) => {
      const found = await parked.show(id);
      if (found === undefined) throw new ParkedNotFound({ what: `there is no parked message ${id}` });
      return wholeOf(found);
    }),
    answer(messages.GroupParked, BY, async (): Promise<{ items: readonly ParkedGroup[] }> => ({
      items: await parked.byProblem(),
    })),
    answer(messages.ListReplays, BY, async (): Promise<{ items: readonly GroupReplay[] }> => ({
      items: await parked.replays(),
    })),
    answer(messages.ReplaySequence, BY, ({ subscription, key }) =>
      parked.replaySequence(subscription, key, operator()),
    ),
    answer(messages.ReplayGroup, BY, ({ filter, perSecond }) => parked.replayGroup(filter, perSecond, operator())),
    answer(messages.EditParked, BY, async ({ id, dataJson, reason }) => {
      const edit = { id, data: parsedJson(dataJson), by: operator(), reason };
      await parked.edit(edit).catch(misfit);
      return { edited: true as const };
    }),
    answer(messages.DiscardParked, BY, async ({ id }) => ({ outcome: await parked.discard(id, operator()) })),
  ];
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ParkedMisfit({ problems: [{ pointer: '/data', detail: 'must be JSON' }] });
  }
}

/** What an operator wrote is not what this context did wrong. */
function misfit(error: unknown): never {
  if (!(error instanceof ContractViolationError)) throw error;
  throw new ParkedMisfit({ problems: error.problems.map(({ pointer, detail }) => ({ pointer, detail })) });
}
