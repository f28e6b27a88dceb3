export { arbitraryOf } from './arbitrary.js';
export { checkContractLaws, type LawOptions } from './contract-laws.js';
export { checkHostileInput, HostileInputError, type HostileOptions } from './hostile-input.js';
export { hostileTexts, type HostileText } from './hostile-text.js';
export { checkRecordedVersions, checkVersion, UnreadableVersionError } from './recorded-versions.js';
export { WHATEVER_IS_THROWN, type Thrown } from './whatever-is-thrown.js';
