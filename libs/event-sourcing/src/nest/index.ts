export { AggregateRegistry } from './aggregate-registry.js';
export { EventSourcingModule } from './event-sourcing.module.js';
export type { EventSourcingFeature } from './event-sourcing-feature.js';
export { ProjectionRegistry } from './projection-registry.js';
export { RebuildRefusedError } from '../projection/until-built.js';
export { rebuildProjection, type RebuildOptions } from './rebuild-projection.js';
