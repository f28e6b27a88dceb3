import { Databases } from '@isolith/journal';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Injectable, Logger } from '@nestjs/common';
import { RemoteLink } from '../host/remote-link.js';

/** What makes this host ready: its own databases, migrations and consumers. Contexts on other hosts never make it unready. */
@Injectable()
export class HostHealth {
  readonly #log = new Logger('health');

  constructor(
    private readonly lifecycle: HostLifecycle,
    private readonly databases: Databases,
    private readonly link: RemoteLink,
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
}
