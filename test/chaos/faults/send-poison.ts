import { z } from 'zod';
import { eventually } from '../../support/eventually.js';
import { discardUnreadable } from '../ground/discard-unreadable.js';
import { Draw } from '../plan/draw.js';
import { lanes, sendPoison, subscriptions, type Sent } from '../poison/poisoner.js';
import { enormous, malformed, unsigned } from '../poison/shapes.js';
import type { MakeFault } from './fault.js';

const MESSAGES = 80;
const KEPT_LIMIT_MS = 60_000;
const counted = z.object({ messages: z.coerce.number().int() });
const CONSUMERS = [...new Set(subscriptions.map(({ context }) => context))];

/**
 * Among the good ones come messages that nobody can read, or whose sender nobody can establish, into every lane and
 * subscription, and one of 48 MB. What has a queue of its own is set aside, all of it; then a person looks and discards
 * it.
 */
export const sendPoisonAmong: MakeFault = (ground, { way }) => {
  const { vhost, witness } = ground;
  let sent: readonly Sent[] = [];
  let before = 0;
  let kept = 0;
  const durable = (): number => sent.filter(({ target }) => target.kind === 'event').length;
  const setAside = async (): Promise<number> => {
    let messages = 0;
    for (const context of CONSUMERS) {
      const [row] = await witness.query(
        counted,
        `SELECT count(*) AS messages FROM ${context}.parked_message WHERE raw IS NOT NULL`,
      );
      messages += row?.messages ?? 0;
    }
    return messages;
  };
  return {
    hit: async (moreOrders) => {
      if (vhost === undefined) throw new Error('send-poison: this shop has no broker');
      before = await setAside();
      const draw = new Draw(way);
      const one = draw.pick(subscriptions);
      const large = await sendPoison(vhost.url, draw, 1, [one], { enormous });
      const rest = await sendPoison(vhost.url, draw, MESSAGES, [...lanes, ...subscriptions], {
        ...malformed,
        ...unsigned,
      });
      sent = [...large, ...rest];
      moreOrders();
    },
    heal: async () => {
      const isAll = (messages: number): boolean => messages - before >= durable();
      kept = await eventually('what can be kept is set aside', setAside, isAll, KEPT_LIMIT_MS)
        .catch(setAside)
        .then((messages) => messages - before);
      // A gateway that is away is asked again when all is over.
      await discardUnreadable(ground).catch(() => undefined);
    },
    effect: () => ({ sent: sent.length, 'set aside': kept }),
    findings: () =>
      kept === durable()
        ? []
        : [{ harm: 'lost', what: `${durable()} hostile events were sent, and ${kept} of them are set aside` }],
  };
};
