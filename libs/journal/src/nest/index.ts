export { JournalHost, type JournalFeature } from './journal-host.js';
export { contextsKeptBy } from './kept-by.js';
export { type RoleBeyond } from './role-reaches.js';
export { JournalModule, type JournalOptions, type SharedDatabase } from './journal.module.js';
