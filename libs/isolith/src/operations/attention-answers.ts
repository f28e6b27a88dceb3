import type { ParkedMessages, RelayStatus } from '@isolith/journal';
import type { RequestHandler } from '@isolith/message-bus';
import type { SagaStatus } from '@isolith/saga/nest';
import { answer } from './answer.js';
import { attentionMessagesOf } from './attention-messages.js';

const BY = 'operations of what waits';

interface Counted {
  readonly parked: Pick<ParkedMessages, 'counts'>;
  /** Of all journals of this host. */
  readonly relays: () => Promise<readonly Pick<RelayStatus, 'producer' | 'lag'>[]>;
  readonly sagas: Pick<SagaStatus, 'contexts' | 'counts'> | undefined;
}

/** What a context of this host answers about what waits in it. */
export function attentionAnswers(context: string, { parked, relays, sagas }: Counted): readonly RequestHandler[] {
  const { CountAttention } = attentionMessagesOf(context);
  const ofSagas = async (): Promise<number> => {
    if (sagas?.contexts().includes(context) !== true) return 0;
    const waiting = (await sagas.counts(context)).filter(({ status }) => status === 'needs-attention');
    return sum(waiting.map(({ count }) => count));
  };
  return [
    answer(CountAttention, BY, async () => {
      const [needing, aside, behind] = await Promise.all([ofSagas(), parked.counts(), relays()]);
      return {
        sagas: needing,
        parked: sum(aside.map(({ messages }) => messages)),
        waiting: sum(behind.filter(({ producer }) => producer === context).map(({ lag }) => lag)),
      };
    }),
  ];
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);
