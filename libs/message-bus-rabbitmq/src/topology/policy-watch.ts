import type { Impairment } from '@isolith/message-bus';
import { atMost, pause } from '../connection/backoff.js';
import { managementOf, type BrokerAddress } from '../connection/broker-address.js';
import type { ProblemSink } from '../connection/options.js';
import { harmOf, queuePolicies } from './policies.js';
import type { QueueSpec } from './topology.js';

const EVERY_MS = 10_000;
const ANSWERS_WITHIN_MS = 3_000;
/** How long a start waits for the first look. */
const FIRST_LOOK_MS = 1_000;

/**
 * Looks now and then at the policies of the queues that this host uses: AMQP does not show them, the broker's
 * management API does. Where that does not answer they can't be seen, and `seen` says so; what they cost is noticed by
 * missing effects.
 */
export class PolicyWatch {
  private readonly stopping = new AbortController();
  private loop: Promise<void> = Promise.resolve();
  private harms: ReadonlyMap<string, readonly string[]> = new Map();
  private why = 'not looked at yet';

  constructor(private readonly onProblem: ProblemSink) {}

  /** Resolves after the first look, or a second. */
  async start(address: BrokerAddress, queues: readonly QueueSpec[]): Promise<void> {
    const management = managementOf(address);
    if (management === undefined) {
      this.why = 'not looked at: management=off';
      return;
    }
    const first = Promise.withResolvers<void>();
    this.loop = this.watch(management, address, queues, first.resolve);
    await atMost(FIRST_LOOK_MS, first.promise);
  }

  /** Whether policies can be seen, in a clause for people. */
  get seen(): string {
    return this.why;
  }

  impairments(): readonly Impairment[] {
    return [...this.harms].map(([name, harms]) => ({
      kind: 'broker',
      name,
      reason: `its queue has lost a guarantee: ${harms.join('; ')}`,
      lookAt: 'docs/operations/broker.md#policies',
      effect: 'degraded',
    }));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
  }

  private async watch(
    management: URL,
    address: BrokerAddress,
    queues: readonly QueueSpec[],
    looked: () => void,
  ): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.look(management, address, queues);
        this.why = `seen by the management API at ${management.host}`;
      } catch (error) {
        this.harms = new Map();
        this.why = `can't be seen: ${error instanceof Error ? error.message : ''} (management API at ${management.host})`;
      }
      looked();
      await pause(EVERY_MS, signal);
    }
  }

  private async look(management: URL, address: BrokerAddress, queues: readonly QueueSpec[]): Promise<void> {
    const found = new Map<string, readonly string[]>();
    for (const queue of queues) {
      const harms = harmOf(queue, await this.ask(management, address, queue.name));
      if (harms.length > 0) found.set(queue.name, harms);
    }
    for (const [name, harms] of found)
      if (this.harms.get(name)?.join() !== harms.join())
        this.onProblem(`${name} has lost a guarantee: ${harms.join('; ')}`, undefined);
    this.harms = found;
  }

  private async ask(
    management: URL,
    { vhost, account }: BrokerAddress,
    queue: string,
  ): Promise<ReturnType<typeof queuePolicies.parse>> {
    const path = `/api/queues/${encodeURIComponent(vhost)}/${encodeURIComponent(queue)}`;
    const url = new URL(`${path}?columns=name,policy,operator_policy,effective_policy_definition`, management);
    const credentials = Buffer.from(`${account.username}:${account.password}`).toString('base64');
    const answer = await fetch(url, {
      headers: { authorization: `Basic ${credentials}` },
      redirect: 'error',
      signal: AbortSignal.any([this.stopping.signal, AbortSignal.timeout(ANSWERS_WITHIN_MS)]),
    });
    if (answer.status === 404) return {};
    if (!answer.ok) throw new Error(`answered ${answer.status}`);
    const parsed = queuePolicies.safeParse(await answer.json());
    if (!parsed.success) throw new Error('its answer is not understood');
    return parsed.data;
  }
}
