import { MessageRouter } from '@isolith/message-bus';
import { Metrics, type Reading } from '@isolith/observability';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { HostConfig } from '../config/host-config.js';
import { HOST_CONFIG } from '../config/tokens.js';
import { HostPresence } from './host-presence.js';
import { topologyOf } from './topology.js';

/** States that are shown even while no host is in them, so that an alert can be written before it is needed. */
const SHOWN = ['starting', 'ready', 'not-ready', 'draining', 'silent'];

/** The hosts that this one knows, as metrics. */
@Injectable()
export class TopologyMetrics {
  constructor(
    metrics: Metrics,
    private readonly presence: HostPresence,
    @Inject(HOST_CONFIG) private readonly config: HostConfig,
    router: MessageRouter,
  ) {
    const log = new Logger('metrics');
    const missing = (err: unknown): void => log.warn({ message: 'a metric could not be read', err });
    metrics.observe(
      {
        name: 'hosts_seen',
        help: 'Hosts that this one knows, itself too, by what they said last; silent: nothing for 7 s, shown for a minute.',
        labels: ['state'],
      },
      () => this.#hosts(),
      missing,
    );
    metrics.observe(
      {
        name: 'context_replicas',
        help: 'Hosts of a context that said to this one that they are ready.',
        labels: ['context'],
      },
      () => this.#replicas(),
      missing,
    );
    metrics.observe(
      {
        name: 'message_taken_total',
        help: 'Messages that handlers of this host have taken, since the start; of one lane, compare its replicas.',
        labels: ['lane'],
        type: 'counter',
      },
      () => Object.entries(router.begun()).map(([lane, value]) => ({ labels: { lane }, value })),
      missing,
    );
  }

  #hosts(): readonly Reading[] {
    const states = this.presence.all().map(({ state }) => state);
    return SHOWN.map((state) => ({ labels: { state }, value: states.filter((one) => one === state).length }));
  }

  #replicas(): readonly Reading[] {
    const { application, placement } = this.config;
    const { routes } = topologyOf(this.presence.self, this.presence.all(), application.names, placement.here);
    return Object.entries(routes).map(([context, { ready }]) => ({ labels: { context }, value: ready.length }));
  }
}
