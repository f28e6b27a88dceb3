export {
  aggregate,
  streamOf,
  type Aggregate,
  type AggregateSpec,
  type AnyAggregate,
  type EventOf,
  type History,
} from './aggregate.js';
export { Aggregates, type Also, type Changed, type Intended } from './aggregates.js';
export { type EventReader, type StatesEvent, type StoredEvent } from './event-reader.js';
export { type InlineView } from './inline-view.js';
export { type Build, type Progress } from './projection/build.js';
export {
  projection,
  type At,
  type Projection,
  type ProjectionRows,
  type ProjectionSpec,
} from './projection/projection.js';
export {
  ProjectionBehindError,
  ProjectionBuilding,
  ProjectionNotFound,
  Projections,
  type ProjectionLag,
  type ProjectionStatus,
} from './projection/projections.js';
export { type SnapshotFormat, type SnapshotPolicy } from './snapshot/policy.js';
export { type Loaded } from './streams.js';
