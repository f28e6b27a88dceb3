import { IsolithError } from '@isolith/contracts';
import type { GroupReplay, ParkedMessages, ParkedWhole } from '@isolith/journal';
import type { RequestHandler } from '@isolith/message-bus';
import { answer, operator } from './answer.js';
import { NotReplayable, ParkedNotFound, parkedMessagesOf, ReplayRunning } from './parked-messages.js';

const BY = 'operations of parked messages';

/** What a refusal of the journal is to whoever asked from afar. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof IsolithError)) throw error;
    switch (error.code) {
      case 'parked-not-found':
        throw new ParkedNotFound({});
      case 'replay-running':
        throw new ReplayRunning({});
      case 'not-replayable':
        throw new NotReplayable({});
      default:
        throw error;
    }
  }
}

const wholeOf = ({ data, ...message }: ParkedWhole) => ({ ...message, dataJson: data === undefined ? undefined : JSON.stringify(data) });

/** What a context of this host answers about its parked messages. */
export function parkedAnswers(context: string, parked: ParkedMessages): readonly RequestHandler[] {
  const { ListParked, ShowParked, ListReplays, ReplaySequence, ReplayGroup, DiscardParked } = parkedMessagesOf(context);
  return [
    answer(ListParked, BY, ({ filter, limit, cursor }) => parked.list(filter, limit, cursor)),
    answer(ShowParked, BY, async ({ id }) => {
      const found = await parked.show(id);
      if (found === undefined) throw new ParkedNotFound({});
      return wholeOf(found);
    }),
    answer(ListReplays, BY, async (): Promise<{ items: readonly GroupReplay[] }> => ({ items: await parked.replays() })),
    answer(ReplaySequence, BY, ({ subscription, key }) => told(parked.replaySequence(subscription, key, operator()))),
    answer(ReplayGroup, BY, ({ filter, perSecond }) => told(parked.replayGroup(filter, perSecond, operator()))),
    answer(DiscardParked, BY, async ({ id }) => ({ outcome: await told(parked.discard(id, operator())) })),
  ];
}
