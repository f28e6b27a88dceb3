import type { EventContract } from '@isolith/contracts';
import { BusFeatureRegistration } from '@isolith/message-bus/nest';
import type { ModulesContainer } from '@nestjs/core';

/** The events that the modules of this host state as a context's own. Complete once Nest has made every provider. */
export function statedEvents(modules: ModulesContainer, context: string): readonly EventContract[] {
  return [...modules.values()]
    .flatMap(({ providers }) => [...providers.values()])
    .flatMap(({ instance }) => (instance instanceof BusFeatureRegistration ? [instance.feature] : []))
    .filter((feature) => feature.context === context)
    .flatMap(({ contracts = [] }) =>
      contracts.flatMap(({ contract }) => (contract.kind === 'event' ? [contract] : [])),
    );
}
