import type { Fleet } from '../../support/fleet.js';
import type { Host } from '../../support/host.js';
import type { Placement } from '../../support/placements.js';

/** A host that ended without being told to, or not as it should. */
export interface BadEnding {
  readonly host: string;
  readonly code: number | null;
  /** The last lines of its output. */
  readonly output: string;
}

const LAST_LINES = 5;
const LONGEST_OUTPUT = 1_500;
/** SHUTDOWN_GRACE_MS as it is by default, and what the end of a process may take on a machine that is busy. */
const GRACE_MS = 10_000;
const MARGIN_MS = 5_000;

/** Restarts hosts as a supervisor would, and remembers those that ended by themselves. */
export class HostWatch {
  readonly bad: BadEnding[] = [];
  /** Hosts that are being ended on purpose. */
  private readonly expected = new WeakSet<Host>();
  private readonly restarts = new Map<number, Promise<void>>();
  private stopping = false;

  constructor(
    private readonly fleet: Fleet,
    private readonly placement: Placement,
  ) {
    for (const place of placement.hosts.keys()) this.watch(place);
  }

  at(place: number): Host {
    const host = this.fleet.hosts[place];
    if (host === undefined) throw new Error(`no host at place ${place}`);
    return host;
  }

  /** kill -9. The host stays away until it is started again. */
  async kill(place: number): Promise<void> {
    const host = this.at(place);
    this.expected.add(host);
    await host.kill();
  }

  /**
   * SIGTERM; resolves when the host is gone.
   * @param alone whether nothing else is wrong: then it must end with 0. Without its database a host cannot finish what
   *   it
   * has begun, and says so with 1 when its grace is over.
   */
  async drain(place: number, alone: boolean): Promise<void> {
    const host = this.at(place);
    this.expected.add(host);
    const began = Date.now();
    const code = await host.stop();
    const isInTime = Date.now() - began < GRACE_MS + MARGIN_MS;
    if (!isInTime || !(code === 0 || (code === 1 && !alone))) this.note(place, host, code);
  }

  /** `args`: what Node is given instead of `dist/main.js`. */
  async start(place: number, args?: readonly string[]): Promise<void> {
    await this.fleet.restartPlace(place, args);
    this.watch(place);
  }

  /** Resolves when every host that ended by itself runs again. */
  async whole(): Promise<void> {
    await Promise.all(this.restarts.values());
  }

  /** The last lines of every host, for whoever looks for the cause of a finding. */
  output(): string {
    return this.fleet.hosts.map((host, place) => `--- ${this.nameOf(place)}\n${host.output()}`).join('\n');
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.whole();
    await this.fleet.stop();
  }

  private watch(place: number): void {
    void this.restartWhenEnded(place, this.at(place));
  }

  private async restartWhenEnded(place: number, host: Host): Promise<void> {
    const code = await host.ended;
    if (this.stopping || this.expected.has(host)) return;
    this.note(place, host, code);
    const restart = this.start(place);
    // whole() tells of a failing start.
    restart.catch(() => undefined);
    this.restarts.set(place, restart);
  }

  private note(place: number, host: Host, code: number | null): void {
    this.bad.push({
      host: this.nameOf(place),
      code,
      output: host.output().split('\n').slice(-LAST_LINES).join('\n').slice(-LONGEST_OUTPUT),
    });
  }

  private nameOf(place: number): string {
    return `${this.placement.hosts[place]?.join('+') ?? ''} (place ${place})`;
  }
}
