export { refuseUnits } from '../data-source-in-units.js';
export { JournalHost, type JournalFeature } from './journal-host.js';
export { contextsKeptBy, JournalFeatureRegistration } from './kept-by.js';
export { type RoleBeyond } from './role-reaches.js';
export { JournalModule, type JournalOptions, type SharedDatabase } from './journal.module.js';
