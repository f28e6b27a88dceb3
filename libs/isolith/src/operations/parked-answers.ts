import { ParkedNotFound, type GroupReplay, type ParkedMessages, type ParkedWhole } from '@isolith/journal';
import type { RequestHandler } from '@isolith/message-bus';
import { answer, operator } from './answer.js';
import { parkedMessagesOf } from './parked-messages.js';

const BY = 'operations of parked messages';

const wholeOf = ({ data, ...message }: ParkedWhole) => ({
  ...message,
  dataJson: data === undefined ? undefined : JSON.stringify(data),
});

/** What a context of this host answers about its parked messages. */
export function parkedAnswers(context: string, parked: ParkedMessages): readonly RequestHandler[] {
  const { ListParked, ShowParked, ListReplays, ReplaySequence, ReplayGroup, DiscardParked } = parkedMessagesOf(context);
  return [
    answer(ListParked, BY, ({ filter, limit, cursor }) => parked.list(filter, limit, cursor)),
    answer(ShowParked, BY, async ({ id }) => {
      const found = await parked.show(id);
      if (found === undefined) throw new ParkedNotFound({ what: `there is no parked message ${id}` });
      return wholeOf(found);
    }),
    answer(ListReplays, BY, async (): Promise<{ items: readonly GroupReplay[] }> => ({
      items: await parked.replays(),
    })),
    answer(ReplaySequence, BY, ({ subscription, key }) => parked.replaySequence(subscription, key, operator())),
    answer(ReplayGroup, BY, ({ filter, perSecond }) => parked.replayGroup(filter, perSecond, operator())),
    answer(DiscardParked, BY, async ({ id }) => ({ outcome: await parked.discard(id, operator()) })),
  ];
}
