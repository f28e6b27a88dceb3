import { GATEWAY, type Principal, steadyNow } from '@isolith/contracts';
import { runAs } from '@isolith/message-bus';
import { HostLifecycle, type HostParticipant } from '@isolith/message-bus/nest';
import { Injectable, Logger, ServiceUnavailableException } from '@nestjs/common';
import { AskContexts } from '../operations/ask-contexts.js';
import { HostPresence } from '../topology/host-presence.js';
import { CountedAttention } from './attention.js';
import { LiveStream } from './live-stream.js';
import { liveView } from './live-view.js';

/** Streams of one host. */
export const MOST_STREAMS = 20;
const TOLD_EVERY_MS = 1_000;

/** Who looks. */
export interface Viewer {
  readonly principal: Principal;
  /** Asked every second; what keeps him from going on, once something does. */
  readonly whyOut: () => string | undefined;
}

/** Tells all who look how all hosts are, every second what changed; does nothing while nobody looks. */
@Injectable()
export class LiveFeed implements HostParticipant {
  readonly name = 'live view';
  readonly stage = 'report';
  readonly #log = new Logger('Live');
  readonly #streams = new Map<LiveStream, Viewer>();
  readonly #attention: CountedAttention;
  #timer: NodeJS.Timeout | undefined;
  #saidUncounted = false;

  constructor(
    private readonly presence: HostPresence,
    ask: AskContexts,
    private readonly lifecycle: HostLifecycle,
  ) {
    this.#attention = new CountedAttention(ask);
    lifecycle.join(this);
  }

  async start(): Promise<void> {
    this.#timer = setInterval(() => this.#tick(), TOLD_EVERY_MS).unref();
    this.lifecycle.draining.addEventListener('abort', () => this.#endAll('the host is stopping'), { once: true });
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
  }

  /**
   * A stream that has its snapshot, once it is counted what waits.
   * @throws {ServiceUnavailableException} where as many look as may, or the host stops
   */
  async watch(viewer: Viewer): Promise<LiveStream> {
    if (this.lifecycle.draining.aborted) throw new ServiceUnavailableException('the host is stopping; ask again');
    if (this.#streams.size >= MOST_STREAMS)
      throw new ServiceUnavailableException(`${MOST_STREAMS} look at this host already; ask again, or another host`);
    const stream = new LiveStream(steadyNow);
    // Its place is taken before anything is waited for.
    this.#streams.set(stream, viewer);
    stream.once('close', () => this.#streams.delete(stream));
    await this.#count(viewer.principal);
    stream.tell(this.#view());
    return stream;
  }

  #tick(): void {
    const [first] = this.#streams.values();
    if (first === undefined) return;
    void this.#count(first.principal);
    const view = this.#view();
    for (const [stream, { whyOut }] of this.#streams) {
      const why = whyOut();
      if (why === undefined) stream.tell(view);
      else stream.endWith(why);
    }
  }

  #view(): ReturnType<typeof liveView> {
    return liveView(this.presence.all(), this.#attention.last, steadyNow());
  }

  /** As an operator who looks: contexts answer nobody else. */
  async #count(principal: Principal): Promise<void> {
    try {
      await runAs(GATEWAY, () => this.#attention.refresh(), { principal });
      this.#saidUncounted = false;
    } catch (err) {
      // Said once, until it works again: it is tried every second.
      if (!this.#saidUncounted) this.#log.warn({ message: 'what waits for operators could not be counted', err });
      this.#saidUncounted = true;
    }
  }

  #endAll(reason: string): void {
    for (const stream of this.#streams.keys()) stream.endWith(reason);
  }
}
