import { z } from 'zod';
import { onConnection, quoted } from '@isolith/postgres/internal';
import type { ContextJournal } from '../context/context-journal.js';
import type { ContextSpec, DatabaseTarget } from '@isolith/postgres';
import { effectsIn } from './effects.js';
import { KnownContexts } from './known-contexts.js';
import { findLastEffect } from './last-effect.js';
import { findLostEvents } from './lost-events.js';
import { rewindSubscription } from '../subscriptions/rewind.js';
import { sequencesBehind, setForward } from './sequences.js';
import { unlistedSubscriptions, type ListedSubscription } from './unlisted-subscriptions.js';

/** Looks for what people have to see to; a sentence each. Given all contexts whose tables are there. */
export type Inspection = (journals: ReadonlyMap<string, ContextJournal>) => Promise<readonly string[]>;

/** What `repair` looks at, and whether it writes. */
export interface RepairOptions {
  /** Every context of the program, with the journal's migrations. */
  readonly contexts: readonly ContextSpec[];
  readonly targetOf: (context: string) => DatabaseTarget;
  /** Without it nothing is written: what would be done is only said. */
  readonly apply: boolean;
  /** One line for a human. */
  readonly say: (line: string) => void;
  /** Every subscription of the program. With it those are named that journals know and the program does not. */
  readonly subscriptions?: readonly ListedSubscription[];
  /** What the program knows beyond the journals: its sagas, for instance. */
  readonly inspections?: readonly Inspection[];
}

/** How much `repair` found. */
export interface RepairResult {
  /** What is wrong and was set right, or with `apply` would be. */
  readonly repairable: number;
  /** What people have to see to. */
  readonly toSee: number;
}

const SHOWN = 5;
const checkpointRow = z.object({ context: z.string(), subscription: z.string() });

/**
 * Finds what a restore of some tables or databases leaves behind, and sets right what can be: sequences go on behind
 * what was drawn and handed over, and a subscription is set back to before the first event that has had no effect. What
 * can't be set right is named: effects of events that are gone, steps of sagas whose receiver has forgotten them, and
 * subscriptions that nobody states any more. Safe
 * beside running hosts, and to be repeated.
 * @throws DatabaseRefusedError, DataDirInUseError
 */
export async function repair({
  contexts,
  targetOf,
  apply,
  say,
  subscriptions,
  inspections = [],
}: RepairOptions): Promise<RepairResult> {
  const known = new KnownContexts(targetOf, say);
  let repairable = 0;
  let toSee = 0;
  const wrong = (line: string): void => {
    repairable += 1;
    say(`${line}${apply ? ': done' : ''}`);
  };
  const see = (line: string): void => {
    toSee += 1;
    say(line);
  };
  try {
    for (const spec of contexts) {
      const obstacle = await known.open(spec);
      if (obstacle === 'has no tables yet') say(`${spec.context}: ${obstacle}`);
      else if (obstacle !== undefined) see(`${spec.context}: ${obstacle}`);
    }
    const { journals } = known;
    for (const journal of journals.values()) {
      for (const behind of await sequencesBehind(journal)) {
        if (apply) await setForward(journal, behind);
        wrong(
          `${journal.context}: the sequence ${behind.sequence} stands at ${behind.drawn} and is set to ${behind.needed}, ${behind.by}`,
        );
      }
    }
    for (const journal of journals.values())
      for (const { context, subscription } of await subscriptionsOf(journal)) {
        const name = `${journal.context} > ${context}.${subscription}`;
        const consumer = journals.get(context);
        if (consumer === undefined) {
          say(`${name}: the tables of ${context} are not there, so nobody knows what was handled`);
          continue;
        }
        const last = await findLastEffect(journal, { context, subscription }, effectsIn(consumer, subscription));
        if (last === undefined) continue;
        if (last.missing > 0) {
          if (apply) await rewindSubscription(journal, { context, subscription }, last.position);
          wrong(
            `${name}: ${last.missing} events up to position ${last.checkpoint} were handed over and have had no effect (or are in a broker's queue still, and will have it once): ` +
              `it is set back to ${last.position}`,
          );
        }
        if (last.unsure > 0)
          say(
            `${name}: ${last.unsure} older events have had no effect, and were perhaps never meant for it; ` +
              'POST /actuator/subscriptions/… sets it back by hand',
          );
      }
    for (const journal of journals.values())
      for (const { context, subscription, ids } of await findLostEvents(journal, [...journals.values()]))
        see(
          `${context}.${subscription}: ${ids.length} events had their effect and no journal has them any more, since their producer was restored from before them: ${some(ids)}`,
        );
    if (subscriptions !== undefined)
      for (const journal of journals.values())
        for (const line of await unlistedSubscriptions(journal, subscriptions)) see(line);
    for (const inspect of inspections) for (const line of await inspect(journals)) see(line);
    return { repairable, toSee };
  } finally {
    await known.close();
  }
}

async function subscriptionsOf(journal: ContextJournal): Promise<readonly z.output<typeof checkpointRow>[]> {
  const { rows } = await onConnection(await journal.dataSource(), (client) =>
    client.query<unknown>({
      text: `SELECT context, subscription FROM ${quoted(journal.schema)}.subscription_checkpoint ORDER BY 1, 2`,
    }),
  );
  return z.array(checkpointRow).parse(rows);
}

const some = (ids: readonly string[]): string =>
  ids.length <= SHOWN ? ids.join(', ') : `${ids.slice(0, SHOWN).join(', ')} and ${ids.length - SHOWN} more`;
