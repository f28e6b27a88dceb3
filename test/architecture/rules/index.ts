import type { Rule } from '../source-tree.js';
import { compositionImports, foreignInside, gatewayImports, noUpwardImports } from './context-borders.js';
import { contextLayers } from './context-layers.js';
import { domainPure } from './domain-pure.js';
import { libsDeclareLibs, libsDeclarePackages, libShape, libsNeverSrc } from './libs.js';
import { linearPatterns } from './linear-patterns.js';
import { noCycles } from './no-cycles.js';
import { oneMeaning } from './one-meaning.js';
import { ownSchema } from './own-schema.js';
import { lockWithoutRegistry, workspacesAgree } from './packaging.js';
import { settableClock } from './settable-clock.js';
import { toldErrors } from './told-errors.js';
import { fileSize, noAny, telling } from './wording.js';

/** Every rule of the repository. Each has a folder of its id under `fixtures/` that breaks it and no other. */
export const rules: readonly Rule[] = [
  ...contextLayers,
  foreignInside,
  noUpwardImports,
  gatewayImports,
  compositionImports,
  libsNeverSrc,
  libsDeclareLibs,
  libsDeclarePackages,
  libShape,
  noCycles,
  ownSchema,
  domainPure,
  linearPatterns,
  settableClock,
  toldErrors,
  telling,
  oneMeaning,
  noAny,
  fileSize,
  workspacesAgree,
  lockWithoutRegistry,
];
