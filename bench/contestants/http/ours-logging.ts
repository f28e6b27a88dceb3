import { openClient } from './client.js';
import { serveHost } from './host.js';

/** As it comes. */
export const serve = serveHost({});

export const open = openClient;
