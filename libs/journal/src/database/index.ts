export { commandLineSource } from './command-line.js';
export { Databases, type ContextHealth, type DatabasesOptions, type ServerInUse } from './databases.js';
export { type ContextSpec, type EntityClass, type MigrationClass } from './open-context.js';
export { targetLabel, type DatabaseTarget } from './target.js';
export { DatabaseRefusedError, DataDirInUseError, EngineStoppedError, NestedCheckoutError } from './errors.js';
export { holdingConnection, outsideOfUnits } from './connection-scope.js';
export { diskSync, type DiskChange, type DiskSync } from './disk.js';
export { DataDirRefusedError, openingDataDir } from './data-dir-refusal.js';
