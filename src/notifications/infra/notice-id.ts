import { derivedId, eventId } from '@isolith/message-bus';

/** The id of what the event being handled tells a recipient: the same in every repetition. */
export const noticeId = (recipient: string): string => derivedId(eventId(), recipient);
