import { Databases } from '@isolith/journal';
import { JournalHost } from '@isolith/journal/nest';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Injectable, Logger } from '@nestjs/common';
import { RemoteLink } from '../host/remote-link.js';

/** A transaction that is open for this long holds every subscription back by as much. */
const LONG_OPEN_SECONDS = 10;

type Held = Awaited<ReturnType<JournalHost['horizon']>>[number];

/** What makes this host ready: its own databases, migrations and consumers. Contexts on other hosts never make it unready. */
@Injectable()
export class HostHealth {
  readonly #log = new Logger('health');

  constructor(
    private readonly lifecycle: HostLifecycle,
    private readonly databases: Databases,
    private readonly link: RemoteLink,
    private readonly journals: JournalHost,
  ) {}

  /** From `started` on migrations are applied and consumers run; a host that drains is not ready for more. */
  get phase(): HostLifecycle['phase'] {
    return this.lifecycle.phase;
  }

  /** Rejects when the database of a context does not answer. Anyone may see the message, so it says which; why is in the log. */
  async checkDatabases(): Promise<void> {
    const down = (await this.databases.health()).filter(({ ok }) => !ok);
    if (down.length === 0) return;
    this.#log.warn({ message: 'databases do not answer', down });
    throw new Error(`no answer for ${down.map(({ context }) => context).join(', ')}`);
  }

  /** Rejects when something that this host should be taking from others is not being taken. A host that only sends stays ready. */
  async checkConsumers(): Promise<void> {
    const down = (this.link.health()?.consumers ?? []).filter(({ state }) => state !== 'consuming');
    if (down.length > 0) throw new Error(`not consuming ${down.map(({ address }) => address).join(', ')}`);
  }

  /**
   * Whose open transaction holds readers of the journals back, one sentence each; nothing is lost by it, only late.
   */
  async heldBack(): Promise<readonly string[]> {
    if (this.lifecycle.phase !== 'started') return [];
    const long = (await this.journals.horizon()).filter(({ seconds }) => seconds > LONG_OPEN_SECONDS);
    return long.map(({ contexts, seconds, holder }) => {
      this.#log.warn({ message: 'an open transaction holds back the readers of journals', contexts, seconds, holder });
      return `${sessionOf(holder)} has been open for ${Math.floor(seconds)} s and holds back the events of ${contexts.join(', ')}`;
    });
  }
}

/** Who holds it, as far as this host's role may see: the session of another role has no number for it. */
function sessionOf(holder: Held['holder']): string {
  if (holder?.state === 'prepared') return 'a prepared transaction';
  if (holder?.pid === undefined) return 'a session that this role may not see';
  return `session ${holder.pid}${holder.applicationName ? ` (${holder.applicationName})` : ''}`;
}
