import { addressName, type RemoteHealth, type Waiting, type Watched } from '@isolith/message-bus';

/** What can be taken from other hosts, or is about to be: nothing is waited for. */
const AT_WORK: ReadonlySet<string> = new Set(['consuming', 'resting']);
/** Nothing waits there: it only tells who is there. */
const BROADCAST = addressName({ lane: 'broadcast' });
const REQUEST_LANE = /\.(?:requests|queries)$/;

/** The link to other hosts: whether there is a connection, and whether this host takes what waits for it. */
export class WatchedLink implements Watched {
  readonly name = 'link to other hosts';
  /** Since when each has been as it should not be. */
  readonly #since = new Map<string, number>();

  /**
   * @param health undefined when this host has no link
   * @param now milliseconds of a clock that nobody sets
   */
  constructor(
    private readonly health: () => RemoteHealth | undefined,
    private readonly now: () => number = () => performance.now(),
  ) {}

  look(): readonly Waiting[] {
    const health = this.health();
    if (health === undefined) return [];
    const idle = health.consumers
      .filter(({ address, state }) => address !== BROADCAST && !AT_WORK.has(state))
      .map(({ address }) => address);
    const wrong = [...(health.connected ? [] : ['connection']), ...idle];
    for (const each of this.#since.keys()) if (!wrong.includes(each)) this.#since.delete(each);
    return wrong.map((each) => {
      const since = this.#since.get(each) ?? this.now();
      this.#since.set(each, since);
      return each === 'connection' ? this.#unconnected(since) : this.#unconsumed(each, since);
    });
  }

  #unconnected(since: number): Waiting {
    return {
      kind: 'broker',
      name: 'connection',
      waitedMs: this.now() - since,
      reason: 'there is no connection to the broker',
      lookAt: 'the lines of the transport in the log',
      causes: ['broker'],
    };
  }

  #unconsumed(address: string, since: number): Waiting {
    const kind = REQUEST_LANE.test(address) ? 'lane' : 'subscription';
    return {
      kind,
      name: address,
      waitedMs: this.now() - since,
      reason: 'this host takes nothing from its queue',
      lookAt: `the queue ${address} at the broker, and the log`,
      // The transport may know why, and says so under the same name.
      causes: ['broker', `${kind} ${address}`],
    };
  }
}
