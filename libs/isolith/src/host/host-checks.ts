import { BusFeatureRegistration, type HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import type { ResilienceRegistry } from '@isolith/resilience';
import type { ModulesContainer } from '@nestjs/core';
import type { HostConfig } from '../config/host-config.js';
import { unknownMessages } from './unknown-messages.js';

interface Checked {
  readonly config: HostConfig;
  readonly hasTransport: boolean;
  readonly hasDataSource: boolean;
  /** What keeps the parts of the edge from working, in a host of its own or in an application. */
  readonly edge: (isHost: boolean) => readonly string[];
  readonly resilience: ResilienceRegistry;
  readonly modules: ModulesContainer;
  /** The module class that may be there once. */
  readonly root: unknown;
}

/** What the host itself refuses to start with; shown together with what every other part finds. */
export class HostChecks implements HostParticipant {
  readonly name = 'configuration';
  readonly stage = 'configuration';
  /** Whether `runHost` runs it. */
  isHost = false;

  constructor(
    private readonly checked: Checked,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  verify(): readonly string[] {
    const { config, hasTransport, hasDataSource, edge, resilience, modules, root } = this.checked;
    const roots = [...modules.values()].filter(({ metatype }) => metatype === root).length;
    return [
      ...config.violations,
      ...(config.values.TRANSPORT_URL !== undefined && !hasTransport
        ? ['TRANSPORT_URL: is set, but this build has no transport for it; unset it and host all contexts here']
        : []),
      ...(config.sharesDataSource && !hasDataSource
        ? ['dataSource: the configuration was read with sharesDataSource, so IsolithModule.forRoot() needs it']
        : []),
      ...(hasDataSource && !config.sharesDataSource
        ? [
            'dataSource: is given, but the configuration was not read with sharesDataSource: parseConfig(…, …, { sharesDataSource: true })',
          ]
        : []),
      ...edge(this.isHost),
      ...this.unlisted(),
      ...unknownMessages(config.application),
      ...this.unknownEvents(),
      ...(roots > 1 ? [`IsolithModule.forRoot was imported ${roots} times; a host has one`] : []),
      ...resilience.violations(),
    ];
  }

  /** Events that are subscribed to and that their context does not list, where it lists anything. */
  private unknownEvents(): readonly string[] {
    const { name, contexts, subscriptions } = this.checked.config.application;
    const listing = contexts.filter(({ contracts }) => contracts.length > 0);
    const known = new Set(listing.flatMap(({ contracts }) => contracts.map(({ contract }) => contract.name)));
    return subscriptions.flatMap(({ context, subscription, events }) =>
      events
        .filter((event) => !known.has(event.name) && listing.some((owner) => owner.name === event.context))
        .map(
          (event) =>
            `subscription ${context}.${subscription} takes ${event.name}, which ${event.context} of application ${name} does not list among its contracts: nobody records it`,
        ),
    );
  }

  /** Contexts that a module of this host has and no other host knows of. */
  private unlisted(): readonly string[] {
    const { config, modules } = this.checked;
    const { name, names } = config.application;
    return [...modules.values()]
      .flatMap(({ providers }) => [...providers.values()].map(({ instance }): unknown => instance))
      .flatMap((instance) => (instance instanceof BusFeatureRegistration ? [instance.feature.context] : []))
      .filter((context) => !names.includes(context))
      .map(
        (context) => `context ${context} is imported, but application ${name} does not list it: no host knows of it`,
      );
  }
}
