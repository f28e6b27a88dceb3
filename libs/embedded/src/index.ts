export type { DiskChange, DiskSync } from './disk/disk.js';
export { embeddedEngine, type EngineOptions } from './engine/embedded-engine.js';
export { EngineStoppedError } from './engine/engine-stopped-error.js';
