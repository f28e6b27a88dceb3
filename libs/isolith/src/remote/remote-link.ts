import {
  addressName,
  type HandBacks,
  RemoteRefusedError,
  type Address,
  type Impairments,
  type Joining,
  type Refusal,
  type RemoteHealth,
  type RemoteTransport,
} from '@isolith/message-bus';
import { StartRefusedError, type HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';

const ASKED_EVERY_MS = 1_000;
/** Whoever asks meanwhile waits until its deadline, for a connection that may be back in a moment. Milliseconds. */
const DOWN_AFTER_MS = 7_000;

const WHAT_TO_DO: Readonly<Record<Refusal['what'], string>> = {
  claimed:
    'two installations need a virtual host each; when the other one is gone for good and its rows are here, node dist/main.js --take-over-broker shows what taking it over means',
  arguments: 'empty it and delete it, or run the version that declared it',
  rights: 'grant them: rabbitmqctl set_permissions',
};

interface LinkParts {
  readonly remote: RemoteTransport | undefined;
  readonly impairments: Impairments;
  readonly handBacks: Pick<HandBacks, 'impairments'>;
  /** What this host brings along; asked once its databases are open. */
  readonly joining: () => Promise<Joining>;
}

/** The host's link to others: opened with the host, asked for its health. Without one there is nothing to be down. */
export class RemoteLink implements HostParticipant {
  readonly name = 'link to other hosts';
  readonly stage = 'link';
  readonly #log = new Logger('Transport');

  #asking: NodeJS.Timeout | undefined;
  /** Since when there is no connection, by a clock that nobody sets. */
  #downSince: number | undefined;

  constructor(
    private readonly parts: LinkParts,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  /**
   * A host starts without its broker: whoever is asked for something meanwhile says so, and it all goes on when the
   * broker is back. It doesn't start beside one that is there and not for it.
   */
  async open(): Promise<void> {
    const { remote, joining } = this.parts;
    if (remote === undefined) return;
    const brought = await joining();
    try {
      await remote.connect(brought);
      const { policies, writes } = remote.health();
      if (policies !== undefined) this.#log.log(`policies of the broker: ${policies}`);
      if (writes !== undefined) this.#log.log(`messages to the broker: ${writes}`);
    } catch (error) {
      if (error instanceof RemoteRefusedError)
        throw new StartRefusedError(
          error.refusals.map(({ what, detail }) => `TRANSPORT_URL: ${error.medium}: ${detail}; ${WHAT_TO_DO[what]}`),
        );
      this.#log.warn({ message: 'no connection to other hosts yet; it is tried again until there is one', err: error });
    }
  }

  /** What this host can't serve is told also where there is no other to hand it to. */
  async start(): Promise<void> {
    this.#asking = setInterval(() => this.#ask(), ASKED_EVERY_MS).unref();
  }

  async drain(): Promise<void> {
    clearInterval(this.#asking);
  }

  #ask(): void {
    const { impairments, handBacks } = this.parts;
    const health = this.health();
    this.#downSince = health?.connected === false ? (this.#downSince ?? performance.now()) : undefined;
    impairments.report(this.name, [...(health?.impairments ?? []), ...handBacks.impairments()]);
  }

  /**
   * Why nothing gets to other hosts, in a clause, when that has lasted longer than a broker's restart; else undefined.
   */
  whyDown(): string | undefined {
    if (this.#downSince === undefined) return undefined;
    const downMs = performance.now() - this.#downSince;
    if (downMs <= DOWN_AFTER_MS || this.health()?.connected !== false) return undefined;
    return `there has been no connection to the broker for ${Math.round(downMs / 1_000)} s`;
  }

  /** Messages that nobody has taken yet; undefined when nobody can tell. */
  async backlog(at: Address): Promise<number | undefined> {
    return this.parts.remote?.backlog?.(at);
  }

  /**
   * What a listener of this host was handed at an address for the first time; undefined without one, and when nobody
   * can tell.
   */
  taken(at: Address): number | undefined {
    const name = addressName(at);
    return this.health()?.consumers.find(({ address }) => address === name)?.taken;
  }

  /** Whether nobody takes what is sent to an address, as far as the medium can tell. */
  async isUntaken(at: Address): Promise<boolean> {
    const { remote } = this.parts;
    return remote?.takers === undefined || (await remote.takers(at)) === 0;
  }

  health(): RemoteHealth | undefined {
    return this.parts.remote?.health();
  }
}
