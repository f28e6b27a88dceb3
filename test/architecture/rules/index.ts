import type { Rule } from '../source-tree.js';
import { compositionImports, foreignInside, gatewayImports, noUpwardImports } from './context-borders.js';
import { contextLayers } from './context-layers.js';
import { domainPure } from './domain-pure.js';
import { libsDeclareLibs, libsDeclarePackages, libShape, libsNeverSrc } from './libs.js';
import { noCycles } from './no-cycles.js';
import { ownSchema } from './own-schema.js';
import { lockWithoutRegistry, workspacesAgree } from './packaging.js';
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
  telling,
  noAny,
  fileSize,
  workspacesAgree,
  lockWithoutRegistry,
];
