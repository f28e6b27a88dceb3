export { JournalHost, type JournalFeature } from './journal-host.js';
export { JournalModule, type JournalOptions } from './journal.module.js';
