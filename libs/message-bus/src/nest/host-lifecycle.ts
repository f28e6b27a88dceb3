import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';

/**
 * The order of a host's parts. Each opens and starts after the stages before it, and drains and closes before them;
 * parts
 * of one stage in the order of joining.
 */
const STAGES = [
  /** What is only checked. */
  'configuration',
  /** Handlers: they listen before a relay has something to deliver, and drain after it. */
  'bus',
  /** Databases, journals and their relays. */
  'data',
  /** A data folder that belongs to another process stays untouched, so no key is made in it before it is locked. */
  'keys',
  /** The way to other hosts: what arrives can be verified from the first message on. */
  'link',
  /** What asks other hosts what became of something. */
  'effects',
  /** Sagas and timers: their database is open before one moves, and closes after the last one rests. */
  'processes',
  /** Rows to begin with. */
  'seeds',
  /** Whatever an application adds. */
  'application',
  /** What tells how it all is. */
  'report',
] as const;
/** Where in the order of a host a part of it opens and starts; they drain and close the other way round. */
export type HostStage = (typeof STAGES)[number];

/** A part of the host. It joins before the host opens; every step is optional. */
export interface HostParticipant {
  readonly name: string;
  /** Its place in the order of the host; `application` when absent. */
  readonly stage?: HostStage;
  /** Everything that keeps this part from working, as sentences. No I/O: the host shows all violations at once. */
  verify?(): readonly string[];
  /** Opens what work needs (databases, migrations), after everybody verified. */
  open?(): Promise<void>;
  /** Starts to take work, after every Nest module has bootstrapped. */
  start?(): Promise<void>;
  /**
   * Takes no more work and waits for what runs, until the signal aborts. The last to open is the first to drain. The
   * signal's
   * time began when the host began to stop, so it may have aborted already.
   */
  drain?(signal: AbortSignal): Promise<void>;
  /** Closes what open() opened. The last to open is the first to close. */
  close?(): Promise<void>;
}

/** The host can't keep its promises as it is wired and configured. `violations` names all reasons. */
export class StartRefusedError extends Error {
  override readonly name = 'StartRefusedError';

  constructor(readonly violations: readonly string[]) {
    super(`the host refuses to start:\n${violations.map((violation) => `  - ${violation}`).join('\n')}`);
  }
}

const placeOf = ({ stage = 'application' }: HostParticipant): number => STAGES.indexOf(stage);

/** What a participant gets to return after its signal has aborted, in milliseconds. */
const OVERRUN_MS = 1_000;

/** How far a host has come, from its start to its end. */
export type HostPhase = 'starting' | 'open' | 'started' | 'draining' | 'closed';

/**
 * One order for all parts of a host.
 *
 *   starting --verify all--> --open each--> open --(all modules bootstrapped) start each--> started
 *   started --SIGTERM or app.close()--> draining --drain each, then close each--> closed
 *
 * Nest calls the hooks of global modules first, so `onModuleInit` here runs before any other: by then every provider
 * exists, none has been asked to do anything. A failure in any step fails `app.init()`.
 */
@Injectable()
export class HostLifecycle implements OnModuleInit, BeforeApplicationShutdown, OnApplicationShutdown {
  private readonly logger = new Logger('Host');
  private readonly participants: HostParticipant[] = [];
  private readonly opened: HostParticipant[] = [];
  private readonly stopping = new AbortController();
  /** Aborts when what still runs has had its time. */
  private readonly grace = new AbortController();
  private graceTimer: NodeJS.Timeout | undefined;
  private current: HostPhase = 'starting';

  constructor(
    private readonly modules: ModulesContainer,
    private readonly shutdownGraceMs: number,
  ) {}

  join(participant: HostParticipant): void {
    if (this.current !== 'starting')
      throw new Error(`${participant.name} joined a host that is already ${this.current}`);
    this.participants.push(participant);
  }

  get phase(): HostPhase {
    return this.current;
  }

  /**
   * Aborts when the host begins to stop: whoever makes a caller wait answers early, whoever finds work by itself takes
   * no more.
   */
  get draining(): AbortSignal {
    return this.stopping.signal;
  }

  async onModuleInit(): Promise<void> {
    this.participants.sort((a, b) => placeOf(a) - placeOf(b));
    const violations = this.participants.flatMap((participant) => participant.verify?.() ?? []);
    if (violations.length > 0) throw new StartRefusedError([...new Set(violations)]);
    this.startAfterLastModule();
    for (const participant of this.participants) {
      this.opened.push(participant);
      await participant.open?.();
    }
    this.current = 'open';
  }

  beforeApplicationShutdown(): void {
    this.current = 'draining';
    // From here on: what Nest closes before the parts drain (HTTP server, listeners) is given no time of its own.
    this.graceTimer ??= setTimeout(() => this.grace.abort(), this.shutdownGraceMs);
    this.stopping.abort();
  }

  /** Runs after the HTTP server has answered what it had. */
  async onApplicationShutdown(): Promise<void> {
    const lastFirst = this.opened.splice(0).toReversed();
    for (const participant of lastFirst) await this.drain(participant, this.grace.signal);
    clearTimeout(this.graceTimer);
    for (const participant of lastFirst) await this.attempt(participant.name, 'close', () => participant.close?.());
    this.current = 'closed';
  }

  /**
   * Waits for a participant, and not much longer than its signal: one that ignores it must not keep the others from
   * closing.
   */
  private async drain(participant: HostParticipant, signal: AbortSignal): Promise<void> {
    const overdue = Promise.withResolvers<void>();
    let timer: NodeJS.Timeout | undefined;
    const wait = (): void => {
      timer = setTimeout(() => {
        this.logger.error(`${participant.name} still runs after the grace of ${this.shutdownGraceMs} ms`);
        overdue.resolve();
      }, OVERRUN_MS);
    };
    if (signal.aborted) wait();
    else signal.addEventListener('abort', wait, { once: true });
    await Promise.race([this.attempt(participant.name, 'drain', () => participant.drain?.(signal)), overdue.promise]);
    signal.removeEventListener('abort', wait);
    clearTimeout(timer);
  }

  /** One part that fails to stop must not keep the others from stopping. */
  private async attempt(name: string, step: string, work: () => Promise<void> | undefined): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.logger.error(`${name} failed to ${step}`, error);
    }
  }

  /**
   * Nest has no hook for "all modules have bootstrapped". The class of the module whose hook Nest calls last gets one
   * more thing to do at the end of its own hook; an error there fails `app.init()` as any hook's would.
   */
  private startAfterLastModule(): void {
    const last = [...this.modules.values()].toSorted((a, b) => b.distance - a.distance).at(-1)?.instance;
    if (last === undefined) throw new Error('the application has no modules');
    const root: object & Partial<OnApplicationBootstrap> = last;
    const own = root.onApplicationBootstrap?.bind(root);
    root.onApplicationBootstrap = async () => {
      await own?.();
      for (const participant of this.participants) await participant.start?.();
      this.current = 'started';
    };
  }
}
