export { arbitraryOf } from './arbitrary.js';
export { checkContractLaws, type LawOptions } from './contract-laws.js';
