import type { Rule } from '../source-tree.js';
import { compositionImports, gatewayImports, noUpwardImports } from './context-borders.js';
import { domainPure } from './domain-pure.js';
import { libsDeclareLibs, libsDeclarePackages, libShape, libsNeverSrc } from './libs.js';
import { linearPatterns } from './linear-patterns.js';
import { offeredRules } from './offered.js';
import { oneMeaning } from './one-meaning.js';
import { optionalPeers } from './optional-peers.js';
import { pagesAlone } from './pages-alone.js';
import { lockWithoutRegistry, workspacesAgree } from './packaging.js';
import { roomsOneWay } from './rooms-one-way.js';
import { settableClock } from './settable-clock.js';
import { toldErrors } from './told-errors.js';
import { commentWidth, fileSize, noAny, telling } from './wording.js';

/** Every rule of the repository. Each has a folder of its id under `fixtures/` that breaks it and no other. */
export const rules: readonly Rule[] = [
  ...offeredRules,
  noUpwardImports,
  gatewayImports,
  compositionImports,
  libsNeverSrc,
  libsDeclareLibs,
  libsDeclarePackages,
  optionalPeers,
  libShape,
  pagesAlone,
  roomsOneWay,
  domainPure,
  linearPatterns,
  settableClock,
  toldErrors,
  telling,
  oneMeaning,
  noAny,
  fileSize,
  commentWidth,
  workspacesAgree,
  lockWithoutRegistry,
];
