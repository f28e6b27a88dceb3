import { setTimeout as sleep } from 'node:timers/promises';
import { findLastEffect, type RelayStatus } from '@isolith/journal';
import type { JournalHost } from '@isolith/journal/nest';
import { runAs, type Impairments, type MessageRouter } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';
import { effectsOf } from '../operations/remote-effects.js';
import type { RemoteLink } from '../remote/remote-link.js';

const ROUND_MS = 5_000;
/** Rounds in a row that find the same event without an effect, and nothing in its queue. */
const ROUNDS = 2;
/** After a rewind that did not help the next one waits for longer, up to so many rounds. */
const MOST_ROUNDS = 240;
/** How long a loss is shown after it was made good. */
const SHOWN_MS = 60_000;

interface Seen {
  /** Everything up to here has its effect. */
  acknowledged: number;
  /** The checkpoint of the round before: what was handed over since is too young to be missed. */
  checkpoint: number;
  /** The position before the first event without an effect, and for how many rounds it has been that. */
  suspect: { readonly position: number; rounds: number } | undefined;
  patience: number;
  lost: { readonly at: number; readonly events: number } | undefined;
}

/**
 * What the broker has confirmed is not done: a queue may be deleted, purged or expire, a policy may drop what it holds,
 * a broker be replaced by an empty one. So whoever leads a subscription asks its consumer what became of the events
 * that were handed over.
 *
 *   handed over --it has its effect--> acknowledged
 *      '--no effect, and its queue is empty, two rounds in a row--> lost: the subscription is set back to before it
 *
 * An event that waits in the queue, or at its consumer for another attempt, is late and not lost. One that is handed
 * over again although it was in hand is recognised by the consumer's inbox.
 */
export class EffectWatch implements HostParticipant {
  readonly name = 'effects of events';
  readonly stage = 'effects';
  readonly #log = new Logger('Effects');
  readonly #seen = new Map<string, Seen>();
  readonly #stopping = new AbortController();
  #loop: Promise<void> = Promise.resolve();

  constructor(
    private readonly parts: {
      readonly journals: JournalHost;
      readonly router: MessageRouter;
      readonly link: RemoteLink;
      readonly impairments: Impairments;
      readonly roundMs?: number;
    },
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  /** Without a broker between them a handler has run when its event counts as handed over. */
  async start(): Promise<void> {
    if (this.parts.router.hasRemote) this.#loop = this.#watch();
  }

  async drain(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    const { journals, impairments, roundMs = ROUND_MS } = this.parts;
    while (!signal.aborted) {
      await sleep(roundMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      const served = await journals.status().catch(() => []);
      for (const status of served) if (!signal.aborted) await this.#round(status);
      impairments.report(
        this.name,
        [...this.#seen].flatMap(([key, { lost }]) =>
          lost === undefined || performance.now() - lost.at > SHOWN_MS
            ? []
            : [
                {
                  kind: 'relay',
                  name: key.slice(key.indexOf(' ') + 1),
                  reason: `${lost.events} events that the broker had confirmed were gone, and are handed over again`,
                  lookAt: 'docs/operations/broker.md#confirmed-is-not-done',
                  effect: 'degraded' as const,
                },
              ],
        ),
      );
    }
  }

  async #round(status: RelayStatus): Promise<void> {
    const { producer, context, subscription, leader, position } = status;
    const key = `${producer} ${context}.${subscription}`;
    if (!leader) return void this.#seen.delete(key);
    const seen = this.#seen.get(key) ?? {
      acknowledged: -1,
      checkpoint: -1,
      suspect: undefined,
      patience: ROUNDS,
      lost: undefined,
    };
    this.#seen.set(key, seen);
    // Two rounds without news: all that was handed over has been looked at.
    if (position === seen.acknowledged) return;
    try {
      await runAs(producer, () => this.#look(status, seen));
    } catch (error) {
      // A consumer that is away, or of a version that does not tell: its events may be in its queue.
      this.#log.debug({ message: `${key}: its effects could not be asked for`, err: error });
    }
    seen.checkpoint = position;
  }

  async #look({ producer, context, subscription }: RelayStatus, seen: Seen): Promise<void> {
    const { journals, router, link } = this.parts;
    const journal = journals.journal(producer);
    if (journal === undefined) return;
    const { effects, inboxDays } = await effectsOf(router, context, subscription);
    const waiting = new Set(await effects.waiting());
    const asLate = {
      // What waits for its next attempt is in the hands of its consumer.
      dealtWith: async (ids: readonly string[]) =>
        new Set([...(await effects.dealtWith(ids)), ...ids.filter((id) => waiting.has(id))]),
      waiting: async () => [],
    };
    const after = Math.max(0, seen.acknowledged);
    const found = await findLastEffect(journal, { context, subscription }, asLate, { inboxDays, after });
    if (found === undefined) return;
    seen.acknowledged = found.position;
    if (found.missing === 0 || found.position >= seen.checkpoint) {
      seen.suspect = undefined;
      seen.patience = ROUNDS;
      return;
    }
    const backlog = await link.backlog({ lane: 'subscription', context, subscription });
    if (backlog === undefined || backlog > 0) return void (seen.suspect = undefined);
    const rounds = seen.suspect?.position === found.position ? seen.suspect.rounds + 1 : 1;
    seen.suspect = { position: found.position, rounds };
    if (rounds < seen.patience) return;
    seen.suspect = undefined;
    seen.patience = Math.min(MOST_ROUNDS, seen.patience * 2);
    const rewound = await journals.rewind(producer, { context, subscription }, found.position);
    if (rewound === undefined) return;
    seen.lost = { at: performance.now(), events: found.missing };
    this.#log.warn({
      message: `${context}.${subscription}: events of ${producer} that the broker had confirmed have no effect and are not in their queue; they are handed over again`,
      events: found.missing,
      from: rewound.from,
      to: rewound.to,
    });
  }
}
