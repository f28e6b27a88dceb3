import { setTimeout as pause } from 'node:timers/promises';
import { allChecks } from './checks/all-checks.js';
import { verdictOf, type Finding } from './checks/finding.js';
import { discardUnreadable } from './ground/discard-unreadable.js';
import type { Ground } from './ground/ground.js';
import { replayGivenUp } from './ground/replay-given-up.js';
import type { FaultKind } from './plan/run-plan.js';
import { collect } from './sources/collect.js';

/** From the end of the last fault and journey on. Longer than leases, reconnects and the longest backoff together. */
const LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 300;
/** One look could fall between an effect and its repetition. */
const SOUND_LOOKS = 2;
/** After these there are messages that nobody can read. */
const UNREADABLE: readonly FaultKind[] = ['send-poison', 'add-host-with-another-key'];

/**
 * Looks at all sources until nothing is found any more, twice in a row, or the time is up.
 * @returns what is still found then
 */
export async function settledVerdict(ground: Ground): Promise<readonly Finding[]> {
  const giveUpAt = Date.now() + LIMIT_MS;
  let sound = 0;
  for (;;) {
    const findings = await look(ground);
    sound = findings.length === 0 ? sound + 1 : 0;
    if (sound === SOUND_LOOKS) return [];
    if (Date.now() > giveUpAt) return findings;
    await pause(LOOK_EVERY_MS);
  }
}

/** A shop that cannot even be looked at is not settled. */
async function look(ground: Ground): Promise<readonly Finding[]> {
  try {
    await replayGivenUp(ground);
    // Whoever kept some of it may have been away when its fault was over. What a wrong key has signed is handed over
    // again.
    if (ground.disturbances.all().some(({ kind }) => UNREADABLE.includes(kind))) await discardUnreadable(ground);
    return verdictOf(allChecks, await collect(ground));
  } catch (error) {
    return [
      {
        check: 'sources',
        harm: 'stranded',
        what: `the shop cannot be looked at: ${error instanceof Error ? error.message : String(error)}`,
      },
    ];
  }
}
