import { FrameReader } from './frame-reader.js';

const WRITES = /\b(insert|update|delete|merge)\b|pg_notify|inbox_turn/i;
const BEGINS = /^\s*(begin|start transaction)/i;
const ENDS = /^\s*(commit|rollback)/i;

/** Counts what clients ask PostgreSQL for, from the bytes that they send. */
export class StatementCounter {
  /** Times that somebody waited for an answer: a simple query, or the end of a batch of the extended protocol. */
  roundTrips = 0;
  /** Transactions that wrote, each with a flush of its own: COMMITs, and single statements that write. */
  commits = 0;
  /** The same and those that only read, single SELECTs too. */
  transactions = 0;
  /** `commits`, as it was with the last transaction that ran a statement of this kind. */
  commitsAtLastEnd = 0;
  /** How often each statement was run; for whoever looks for the one too many. */
  readonly statements = new Map<string, number>();

  constructor(private readonly ends: RegExp) {}

  readonly onConnection = (): ((chunk: Buffer) => void) => {
    const named = new Map<string, string>();
    let open = false;
    let wrote = false;
    let ended = false;
    const close = (committed: boolean): void => {
      this.transactions += 1;
      if (committed && wrote) this.commits += 1;
      if (committed && ended) this.commitsAtLastEnd = this.commits;
      [open, wrote, ended] = [false, false, false];
    };
    const run = (text: string): void => {
      this.statements.set(text, (this.statements.get(text) ?? 0) + 1);
      if (BEGINS.test(text)) {
        open = true;
      } else if (ENDS.test(text)) {
        close(/^\s*commit/i.test(text));
      } else {
        wrote ||= WRITES.test(text);
        ended ||= this.ends.test(text);
        if (!open) close(true);
      }
    };
    const reader = new FrameReader((type, body) => {
      switch (type) {
        case 'Q':
          this.roundTrips += 1;
          return run(textAt(body, 0));
        case 'S':
          this.roundTrips += 1;
          return undefined;
        case 'P': {
          const name = textAt(body, 0);
          named.set(name, textAt(body, name.length + 1));
          return undefined;
        }
        case 'B': {
          const portal = textAt(body, 0);
          return run(named.get(textAt(body, portal.length + 1)) ?? '');
        }
        default:
          return undefined;
      }
    });
    return (chunk) => reader.take(chunk);
  };
}

/** Zero-terminated; names are ASCII, so that their length is their number of bytes. */
function textAt(body: Buffer, start: number): string {
  const end = body.indexOf(0, start);
  return body.toString('utf8', start, end === -1 ? body.length : end);
}
