import { connect, type Socket } from 'node:net';
import { NotDeliveredError, OutcomeUnknownError, OverloadedError } from '@isolith/contracts';
import type { Address } from '@isolith/message-bus';
import { z } from 'zod';
import { linesOf } from './lines.js';

const ERRORS = {
  'not-delivered': NotDeliveredError,
  'outcome-unknown': OutcomeUnknownError,
  overloaded: OverloadedError,
};
const answerSchema = z.object({
  nth: z.int(),
  answer: z.string().optional(),
  error: z.object({ code: z.enum(['not-delivered', 'outcome-unknown', 'overloaded']), detail: z.string() }).optional(),
});
export type Answer = z.output<typeof answerSchema>;

/** What waits for its answers at most: a host that is slow must not fill the memory of those that ask it. */
const MOST_WAITING = 1_000;

/** The way to another host. Lines arrive in the order in which they were written, which keeps the order of subjects. */
export class Peer {
  private readonly waiting = new Map<number, (answer: Omit<Answer, 'nth'>) => void>();
  private readonly socket: Socket;
  private count = 0;
  private connected = false;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1', () => void (this.connected = true));
    // 'close' follows, and tells who waits.
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      // Nothing was written to a host that was never reached; of anything else nobody knows what became of it.
      const code = this.connected ? 'outcome-unknown' : 'not-delivered';
      for (const settle of this.waiting.values()) settle({ error: { code, detail: 'the connection is gone' } });
    });
    linesOf(this.socket, (line) => {
      const { nth, ...answer } = answerSchema.parse(JSON.parse(line));
      this.waiting.get(nth)?.(answer);
    });
  }

  get usable(): boolean {
    return !this.socket.destroyed;
  }

  /** Resolves with what the other host answers; rejects as a transport must. */
  ask(to: Address, envelope: string, signal: AbortSignal): Promise<string | undefined> {
    if (signal.aborted) throw new NotDeliveredError('given up before it was sent');
    if (this.waiting.size >= MOST_WAITING) throw new OverloadedError(`${MOST_WAITING} messages wait for their answers`);
    const nth = (this.count += 1);
    return new Promise((resolve, reject) => {
      const giveUp = (): void => settle({ error: { code: 'outcome-unknown', detail: 'no answer in time' } });
      const settle = ({ answer, error }: Omit<Answer, 'nth'>): void => {
        this.waiting.delete(nth);
        signal.removeEventListener('abort', giveUp);
        if (error === undefined) resolve(answer);
        else reject(new ERRORS[error.code](error.detail));
      };
      this.waiting.set(nth, settle);
      signal.addEventListener('abort', giveUp);
      this.socket.write(`${JSON.stringify({ nth, to, envelope })}\n`);
    });
  }

  end(): void {
    this.socket.destroy();
  }
}
