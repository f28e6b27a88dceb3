import type { Socket } from 'node:net';
import { frame, Frames, type Frame } from './frames.js';

const AUTHENTICATION_OK = frame('R', Buffer.alloc(4));
const READY = frame('Z', Buffer.from('I'));

/**
 * One session of a server, on which clients take turns:
 *
 *   free --a client sends--> taken --its last answer says that no transaction is open--> free, or taken by the next that has sent
 *
 * The first client opens it, as itself; those that come later are told what that one was told.
 */
export class SharedSession {
  private server: Socket | undefined;
  /** Settings and key of the session, as the server told them. */
  private readonly greeting: Buffer[] = [];
  private holder: Socket | undefined;
  /** Answers that the holder has not got yet, each ended by a ReadyForQuery. */
  private owed = 0;
  private readonly waiting: { readonly client: Socket; readonly frames: Frame[] }[] = [];

  constructor(private readonly dial: () => Socket) {}

  join(client: Socket, first: Frame, frames: Frames): void {
    client.on('data', (chunk: Buffer) => this.take(client, frames.take(chunk)));
    if (this.server !== undefined) {
      client.write(Buffer.concat([AUTHENTICATION_OK, ...this.greeting, READY]));
      return;
    }
    this.server = this.dial();
    const answers = new Frames(false);
    this.server.on('data', (chunk: Buffer) => {
      for (const answer of answers.take(chunk)) this.answered(answer);
    });
    this.holder = client;
    this.owed = 1;
    this.server.write(first.bytes);
  }

  private take(client: Socket, frames: readonly Frame[]): void {
    for (const one of frames) {
      // Its session goes on without it.
      if (one.type === 'X') client.end();
      else if (this.holder === undefined || this.holder === client) this.pass(client, one);
      else this.wait(client, one);
    }
  }

  private pass(client: Socket, one: Frame): void {
    this.holder = client;
    if (one.type === 'Q' || one.type === 'S') this.owed += 1;
    this.server?.write(one.bytes);
  }

  private wait(client: Socket, one: Frame): void {
    const before = this.waiting.find((each) => each.client === client);
    if (before === undefined) this.waiting.push({ client, frames: [one] });
    else before.frames.push(one);
  }

  private answered(answer: Frame): void {
    if (answer.type === 'S' || answer.type === 'K') this.greeting.push(answer.bytes);
    this.holder?.write(answer.bytes);
    if (answer.type !== 'Z') return;
    this.owed -= 1;
    if (this.owed > 0 || answer.body.toString() !== 'I') return;
    const next = this.waiting.shift();
    this.holder = undefined;
    if (next !== undefined) for (const one of next.frames) this.pass(next.client, one);
  }
}
