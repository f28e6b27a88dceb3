import type { RemoteHealth, RemoteTransport } from '@isolith/message-bus';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import { Logger } from '@nestjs/common';

/** The host's link to others: opened with the host, asked for its health. Without one there is nothing to be down. */
export class RemoteLink implements HostParticipant {
  readonly name = 'link to other hosts';
  readonly #log = new Logger('Transport');

  constructor(
    private readonly remote: RemoteTransport | undefined,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  /** A host starts without its broker: whoever is asked for something meanwhile says so, and it all goes on when the broker is back. */
  async open(): Promise<void> {
    try {
      await this.remote?.connect();
    } catch (error) {
      this.#log.warn({ message: 'no connection to other hosts yet; it is tried again until there is one', err: error });
    }
  }

  health(): RemoteHealth | undefined {
    return this.remote?.health();
  }
}
