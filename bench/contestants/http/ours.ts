import { openClient } from './client.js';
import { serveHost } from './host.js';

/** Without a line per request, as the bare one. */
export const serve = serveHost({ LOG_LEVEL: 'warn' });

export const open = openClient;
