/** The mail server is away: the event waits for it, and no attempt is counted. */
export class MailServerAway extends Error {
  readonly retryable = true;
}
