/** What a host has to tell the others that share its database. */
export type Announcement = 'committed' | 'released';

/**
 * The other hosts on the same database. `committed`: a context's journal has something new for a subscription that is
 * served elsewhere. `released`: a subscription of that journal is free to be served.
 *
 * Implementers owe: `tell` neither waits nor throws. News may be late, repeated, or lost: whoever hears nothing looks
 * by itself from time to time.
 */
export interface Replicas {
  tell(context: string, news: Announcement): void;
  /** Listens until the returned function is called. */
  onNews(context: string, listener: (news: Announcement) => void): () => void;
}
