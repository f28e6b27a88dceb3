import { derivedId, requireScope } from '@isolith/message-bus';

/** The id of what the event being handled tells a recipient: the same in every repetition. */
export function noticeId(recipient: string): string {
  const { envelope } = requireScope();
  if (envelope === undefined) throw new Error('only the handling of an event notifies anybody');
  return derivedId(envelope.id, recipient);
}
