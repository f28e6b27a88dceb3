import { z } from 'zod';

/** A line that the log channel of notifications writes for each message that it takes. */
const noticeLine = z.object({ kind: z.string(), user: z.uuid(), key: z.uuid(), message: z.string() });
const ORDER_ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;

/** One message that a customer got. */
export interface Notice {
  readonly kind: string;
  readonly userId: string;
  /** The same for every repetition of one message. */
  readonly key: string;
  /** Absent for messages that are about no order. */
  readonly orderId?: string;
}

/** What came out of the shop's hosts: append-only, and independent of any database. */
export class NoticeSink {
  private readonly notices: Notice[] = [];

  /** Takes a line of a host's output; most are about something else. */
  readonly take = (line: string): void => {
    // Cheap first: hosts write a lot.
    if (!line.includes('"kind":"')) return;
    const parsed = noticeLine.safeParse(parseJson(line));
    if (!parsed.success) return;
    const { kind, user: userId, key, message } = parsed.data;
    const orderId = ORDER_ID.exec(message)?.[0];
    this.notices.push({ kind, userId, key, ...(orderId === undefined ? {} : { orderId }) });
  };

  all(): readonly Notice[] {
    return this.notices;
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
