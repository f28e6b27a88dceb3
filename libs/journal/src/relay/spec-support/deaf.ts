import type { Replicas } from '../replicas.js';

/** Hosts that hear nothing of one another and have to look. */
export const deaf: Replicas = { tell: () => undefined, onNews: () => () => undefined };
