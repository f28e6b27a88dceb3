export {
  architectureRules,
  architectureViolations,
  type ArchitectureOptions,
  type ArchitectureViolation,
} from './architecture-violations.js';
export { cyclesIn } from './cycles.js';
export { layerOf, type Layer } from './layers.js';
export {
  lineOf,
  nodesOf,
  parseSources,
  readSources,
  type Import,
  type ResolveSpecifier,
  type SourceFile,
} from './sources.js';
export type { ContextFolder } from './tree.js';
