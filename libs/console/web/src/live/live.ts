import { ending, snapshot, snapshotChange, type Snapshot } from '../api/answers/live.js';
import { readJson } from '../api/client.js';
import type { Session } from '../session/session.js';
import { Store } from '../store.js';
import { backoffMs } from './backoff.js';
import { EventStreamReader, type StreamEvent } from './event-stream.js';
import { TrafficHistory } from './traffic-history.js';

/** A stream that says nothing for so long, heartbeats included, is cut off and nobody has told; milliseconds. */
const SILENT_MS = 40_000;

export type LiveState =
  | { readonly is: 'connecting' }
  | { readonly is: 'live' }
  /** Tried again by itself. */
  | { readonly is: 'away'; readonly why: string };

/**
 * What the whole shop does, as the host tells it each second.
 *
 *   connecting --events come--> live --ends, breaks, is silent--> away --after a while--> connecting
 *       '--refused: no token--> (waits for the next token) --> connecting
 */
export class Live {
  readonly state = new Store<LiveState>({ is: 'connecting' });
  readonly seen = new Store<Snapshot | undefined>(undefined);
  readonly history = new TrafficHistory();
  #lastId: string | undefined;
  #failures = 0;

  constructor(
    private readonly session: Session,
    private readonly address: URL,
    private readonly ask: typeof fetch = (...request) => fetch(...request),
  ) {}

  /** Until the signal ends it. */
  async follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const why = await this.#once(signal).catch((error: unknown) =>
        error instanceof Error ? error.message : 'the stream broke',
      );
      if (signal.aborted) return;
      if (this.session.state.value === 'expired') {
        this.state.set({ is: 'away', why: 'signed out' });
        await this.session.renewed(signal).catch(() => undefined);
      } else {
        this.#failures += 1;
        this.state.set({ is: 'away', why });
        await pause(backoffMs(this.#failures), signal);
      }
    }
  }

  /** One stream to its end; why it ended. */
  async #once(signal: AbortSignal): Promise<string> {
    this.state.set({ is: 'connecting' });
    const silence = new AbortController();
    const { token } = this.session;
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (this.#lastId !== undefined) headers['last-event-id'] = this.#lastId;
    let timer = setTimeout(() => silence.abort(), SILENT_MS);
    try {
      const both = AbortSignal.any([signal, silence.signal]);
      const answer = await this.ask(this.address, { headers, signal: both, cache: 'no-store', credentials: 'omit' });
      if (answer.status === 401) this.session.expire(token);
      if (!answer.ok || answer.body === null) {
        await answer.body?.cancel();
        return `the host answered ${answer.status}`;
      }
      const events = new EventStreamReader();
      const pieces = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      for (;;) {
        const { done, value } = await pieces.read();
        if (done) return 'the host ended the stream';
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENT_MS);
        for (const event of events.read(value)) this.#take(event);
      }
    } catch (error) {
      if (silence.signal.aborted) return 'the host has said nothing for a while';
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** @throws {Error} when it is not what is known, or the host says why it ends */
  #take({ id, event, data }: StreamEvent): void {
    const said = readJson(data);
    if (event === 'end') throw new Error(parsed(ending.safeParse(said)).reason);
    const before = this.seen.value;
    if (event === 'snapshot' || before === undefined) this.seen.set(parsed(snapshot.safeParse(said)));
    else {
      const { at, hosts, edges, attention } = parsed(snapshotChange.safeParse(said));
      this.seen.set({
        at: at ?? before.at,
        hosts: hosts ?? before.hosts,
        edges: edges ?? before.edges,
        attention: attention ?? before.attention,
      });
    }
    if (this.seen.value !== undefined) this.history.take(this.seen.value);
    this.#lastId = id;
    this.#failures = 0;
    this.state.set({ is: 'live' });
  }
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly path: PropertyKey[] }[] } };

function parsed<T>(result: Parsed<T>): T {
  if (result.success) return result.data;
  throw new Error(`what the host tells is not what this console knows: ${result.error.issues[0]?.path.join('.')}`);
}

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
