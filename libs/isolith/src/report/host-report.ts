import { Databases, type ServerInUse } from '@isolith/postgres';
import { JournalHost, type RoleBeyond } from '@isolith/journal/nest';
import { MessageRouter } from '@isolith/message-bus';
import { CqrsRouting, HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { ResilienceRegistry } from '@isolith/resilience';
import { DeclaredChoreographies } from '@isolith/saga/nest';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { isBuiltIn } from '../operations/built-in.js';
import { HOST_CONFIG, PARITY_SEED } from '../config/tokens.js';
import { identityInUse } from './identity-in-use.js';
import { unusedData } from './unused-data.js';

/** What a host does and how: the line that it logs at its start, and `/actuator/topology`. */
export interface HostTopology {
  readonly contexts: { readonly here: readonly string[]; readonly elsewhere: readonly string[] };
  /** Names of what this host handles, by kind. */
  readonly messages: { readonly commands: readonly string[]; readonly queries: readonly string[] };
  /** Events taken by each subscription of this host, `context.subscription`. */
  readonly subscriptions: Readonly<
    Record<string, { readonly takes: readonly string[]; readonly from: 'beginning' | 'now' }>
  >;
  /** What each choreography of this host does, `event -> command`. */
  readonly choreographies: Readonly<Record<string, readonly string[]>>;
  /** How the contexts of this host call others and the outside, by the name of the policies. */
  readonly policies: Readonly<Record<string, string>>;
  /** `@EventsHandler` classes that no subscription lists: plain cqrs, at most once, not awaited. */
  readonly plainEventHandlers: readonly string[];
  readonly guarantees: {
    readonly transport: string;
    /** How hosts know this one, and what it believes of others; absent where there are none. */
    readonly identity?: string;
    /** Parity mode, which no host that serves anybody may run in, and its seed. */
    readonly parity?: string;
    /** By context. */
    readonly database: Readonly<Record<string, string>>;
  };
  /** The PostgreSQL databases of this host's contexts, as they were found at its start. */
  readonly servers: readonly ServerInUse[];
  /** Roles of those databases by which contexts reach more than their own rows. */
  readonly roles: readonly RoleBeyond[];
}

const IN_PROCESS =
  'in-process: what runs when the process dies is not answered, but its unit of work is whole or absent, and events go on from the journal';
const SPLIT = 'in-process within this host, a broker between hosts';
const parityOf = (seed: number): string =>
  `parity mode, seed ${seed}: messages between the contexts of this host are delayed, doubled and lost on purpose; for tests only`;
const EMBEDDED = 'embedded PGlite, one process only, a commit is on disk (fsync)';
const IN_MEMORY = 'embedded PGlite in memory: ends with the process';
const POSTGRESQL = 'PostgreSQL, durable as its server is configured';

/** What this host does: said once in its log when it has started, and whenever `/actuator/topology` is asked. */
@Injectable()
export class HostReport implements HostParticipant {
  readonly name = 'boot report';
  readonly stage = 'report';
  readonly #log = new Logger('Host');

  constructor(
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
    private readonly router: MessageRouter,
    private readonly routing: CqrsRouting,
    private readonly databases: Databases,
    private readonly journals: JournalHost,
    @Inject(PARITY_SEED) private readonly paritySeed: number | undefined,
    private readonly resilience: ResilienceRegistry,
    lifecycle: HostLifecycle,
    @Optional() private readonly declared?: DeclaredChoreographies,
  ) {
    lifecycle.join(this);
  }

  async start(): Promise<void> {
    this.#log.log({ message: 'host report', ...this.topology() });
    if (this.paritySeed !== undefined) this.#log.warn(parityOf(this.paritySeed));
    const { plainSagas } = this.routing;
    if (plainSagas.length > 0)
      this.#log.warn(
        `${plainSagas.join(', ')}: @Saga() of cqrs is told of plain events only, at most once, not awaited`,
      );
    const unused = unusedData(this.config);
    if (unused !== undefined) this.#log.warn(unused);
  }

  topology(): HostTopology {
    const contracts = this.router
      .requests()
      .map(({ message }) => message.contract)
      .filter((contract) => !isBuiltIn(contract));
    const named = (kind: string): readonly string[] =>
      contracts
        .filter((contract) => contract.kind === kind)
        .map(({ name }) => name)
        .sort();
    const { here, elsewhere } = this.config.placement;
    const subscriptions = this.router.subscriptions().filter(({ context }) => here.includes(context));
    // Who has a database is who handles or takes messages; the gateway has none.
    const working = here.filter(
      (context) =>
        contracts.some((contract) => contract.context === context) ||
        subscriptions.some((taken) => taken.context === context),
    );
    const embedded = this.config.values.DATA_DIR === 'memory://' ? IN_MEMORY : EMBEDDED;
    return {
      contexts: { here, elsewhere },
      messages: { commands: named('command'), queries: named('query') },
      subscriptions: Object.fromEntries(
        subscriptions.map(({ context, subscription, events, from }) => [
          `${context}.${subscription}`,
          { takes: events.map(({ name }) => name), from },
        ]),
      ),
      choreographies: Object.fromEntries(
        (this.declared?.all() ?? []).map(({ name, reactions }) => [
          name,
          reactions.map(({ event, send }) => `${event.contract.name} -> ${send.contract.name}`),
        ]),
      ),
      policies: Object.fromEntries(this.resilience.all().map(({ name, summary }) => [name, summary])),
      plainEventHandlers: [...new Set(this.routing.plainEventHandlers)],
      guarantees: {
        transport: this.router.hasRemote ? SPLIT : IN_PROCESS,
        ...(this.router.hasRemote ? { identity: identityInUse(this.config.values) } : {}),
        ...(this.paritySeed === undefined ? {} : { parity: parityOf(this.paritySeed) }),
        database: Object.fromEntries(
          working.map((context) => [context, this.journals.isEmbedded(context) ? embedded : POSTGRESQL]),
        ),
      },
      servers: this.databases.servers(),
      roles: this.journals.rolesBeyond(),
    };
  }
}
