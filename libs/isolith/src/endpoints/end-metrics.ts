import { JournalHost } from '@isolith/journal/nest';
import { HostLifecycle } from '@isolith/message-bus/nest';
import { Metrics, type Reading } from '@isolith/observability';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../config/tokens.js';
import { RemoteLink } from '../remote/remote-link.js';

/** Set only while a key is being changed: nothing but the change ends them. */
const OF_A_CHANGE = ['AUTH_SECRET_NEXT', 'AUTH_SECRET_PREVIOUS', 'SERVICE_KEY_PREVIOUS'] as const;

/** What ends by itself, and what somebody has to end: certificates, and changes of keys. */
@Injectable()
export class EndMetrics {
  constructor(
    metrics: Metrics,
    private readonly journals: JournalHost,
    private readonly link: RemoteLink,
    private readonly lifecycle: HostLifecycle,
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
  ) {
    const log = new Logger('metrics');
    const missing = (err: unknown): void => log.warn({ message: 'a metric could not be read', err });
    metrics.observe(
      {
        name: 'certificate_expires_at_seconds',
        help: 'When the first certificate ends that a server has shown this host at its last connection, in seconds since 1970; none is shown without TLS.',
        labels: ['peer', 'contexts'],
      },
      () => this.#certificates(),
      missing,
    );
    metrics.observe(
      {
        name: 'key_change_open',
        help: '1 while this host has a key that is there only for a change of keys.',
        labels: ['variable'],
      },
      () =>
        OF_A_CHANGE.map((variable) => ({
          labels: { variable },
          value: this.config.values[variable] === undefined ? 0 : 1,
        })),
      missing,
    );
  }

  async #certificates(): Promise<readonly Reading[]> {
    const broker = this.link.health()?.certificateEnd;
    const pools = this.lifecycle.phase === 'started' ? await this.journals.pools() : [];
    return [
      ...(broker === undefined ? [] : [{ labels: { peer: 'broker', contexts: '' }, value: broker / 1_000 }]),
      ...pools.flatMap(({ contexts, certificateEnd }) =>
        certificateEnd === undefined
          ? []
          : [{ labels: { peer: 'database', contexts: contexts.join(',') }, value: certificateEnd / 1_000 }],
      ),
    ];
  }
}
