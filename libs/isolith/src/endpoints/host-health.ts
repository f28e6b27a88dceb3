import { Databases } from '@isolith/postgres';
import { JournalHost } from '@isolith/journal/nest';
import { addressName, Impairments, type CurrentImpairment } from '@isolith/message-bus';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Injectable, Logger } from '@nestjs/common';
import { RemoteLink } from '../remote/remote-link.js';

/** A transaction that is open for this long holds every subscription back by as much. */
const LONG_OPEN_SECONDS = 10;

const BROADCAST = addressName({ lane: 'broadcast' });
const TAKING: ReadonlySet<string> = new Set(['consuming', 'resting']);

type Held = Awaited<ReturnType<JournalHost['horizon']>>[number];

/**
 * What makes this host ready: its own databases, migrations and consumers. Contexts on other hosts never make it
 * unready.
 */
@Injectable()
export class HostHealth {
  readonly #log = new Logger('health');
  #leaving = false;

  constructor(
    private readonly lifecycle: HostLifecycle,
    private readonly databases: Databases,
    private readonly link: RemoteLink,
    private readonly journals: JournalHost,
    private readonly impairments: Impairments,
  ) {}

  /** From `started` on migrations are applied and consumers run; a host that leaves or drains is not ready for more. */
  get phase(): HostLifecycle['phase'] | 'leaving' {
    const { phase } = this.lifecycle;
    return phase === 'started' && this.#leaving ? 'leaving' : phase;
  }

  /** Told to stop: whoever balances requests is to look elsewhere, while this host goes on serving for so long. */
  leave(delayMs: number): void {
    this.#leaving = true;
    if (delayMs > 0) this.#log.log({ message: 'told to stop: not ready from now on, serving goes on', delayMs });
  }

  /** What the parts of this host say is impaired. */
  get impaired(): readonly CurrentImpairment[] {
    return this.impairments.current();
  }

  /**
   * Rejects when the database of a context does not answer. Anyone may see the message, so it says which; why is in the
   * log. `clocks`: where this host's clock and a database's differ. `roles`: whose role of the database may do more
   * than its context needs. Nothing is decided by either.
   */
  async checkDatabases(): Promise<{ readonly clocks?: readonly string[]; readonly roles?: readonly string[] }> {
    const found = await this.databases.health();
    const down = found.filter(({ ok }) => !ok);
    const clocks = new Set(found.flatMap(({ clock }) => clock ?? []));
    const roles = this.journals
      .rolesBeyond()
      .map(({ contexts }) => `the role of ${contexts.join(', ')} may do more than its context needs`);
    if (down.length === 0)
      return { ...(clocks.size === 0 ? {} : { clocks: [...clocks] }), ...(roles.length === 0 ? {} : { roles }) };
    this.#log.warn({ message: 'databases do not answer', down });
    throw new Error(`no answer for ${down.map(({ context }) => context).join(', ')}`);
  }

  /**
   * Rejects when something that this host should be taking from others is not being taken. A host that only sends stays
   * ready. What rests has left its place to others for a moment; why, an impairment says.
   */
  async checkConsumers(): Promise<void> {
    const down = (this.link.health()?.consumers ?? []).filter(
      // What is said to all only tells who is there; no work waits for it.
      ({ address, state }) => address !== BROADCAST && !TAKING.has(state),
    );
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
