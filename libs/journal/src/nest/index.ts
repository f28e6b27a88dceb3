export { JournalHost, type JournalFeature } from './journal-host.js';
export { contextsKeptBy, JournalFeatureRegistration } from './kept-by.js';
export { type RoleBeyond } from './role-reaches.js';
export { JournalModule, type JournalOptions } from './journal.module.js';
