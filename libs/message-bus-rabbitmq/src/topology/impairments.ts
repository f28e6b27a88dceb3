import type { Impairment, Refusal, RemoteRefusedError } from '@isolith/message-bus';

const REASONS: Readonly<Record<Refusal['what'], string>> = {
  claimed: 'the broker belongs to another installation',
  arguments: 'what this host needs is there in another form',
  rights: 'the broker gives its account too few rights',
};

/**
 * Which context or queue it is stands in the log: an address or a name of an account is not for everybody who asks for
 * health.
 */
export function refusalImpairments(refused: RemoteRefusedError | undefined): readonly Impairment[] {
  const kinds = new Set(refused?.refusals.map(({ what }) => what));
  return [...kinds].map((what) => ({
    kind: 'broker',
    name: what,
    reason: `${REASONS[what]}; nothing is sent or taken`,
    lookAt: 'the line "may not use the broker" in the log of this host',
    effect: 'not-ready',
  }));
}

/** One queue; whoever uses others goes on. Another replica would have the same trouble. */
export const queueImpairment = (kind: 'lane' | 'subscription' | 'relay', name: string, reason: string): Impairment => ({
  kind,
  name,
  reason,
  lookAt: `the queue at the broker, and lines of the log of this host that name it`,
  effect: 'degraded',
});
