export { DatabaseRefusedError, DataDirInUseError, NestedCheckoutError } from './connections/errors.js';
export type { PoolLoad } from './connections/pool-load.js';
export { commandLineSource } from './databases/command-line.js';
export {
  type ContextHealth,
  Databases,
  type DatabasesOptions,
  type PoolInUse,
  type ServerInUse,
} from './databases/databases.js';
export { type ContextSpec, type EntityClass, type MigrationClass } from './databases/open-context.js';
export { type MovedTable } from './move/move-context.js';
export { moveData, type MovedContext, type MoveOptions } from './move/move-data.js';
export { DERIVED } from './move/schema-shape.js';
export { MoveRefusedError } from './move/move-plan.js';
export { makeRoles, type RolesOptions, type RolesResult } from './roles/make-roles.js';
export { type RoleOwner } from './roles/wanted-role.js';
export { schemaObjection, schemaOf, type SchemaOwner } from './schemas/schema-name.js';
export { DataDirRefusedError } from './targets/data-dir-refusal.js';
export { type DatabaseTarget, targetLabel } from './targets/target.js';
export { type EmbeddedEngine, type FolderReader, type Tell } from './targets/embedded-engine.js';
