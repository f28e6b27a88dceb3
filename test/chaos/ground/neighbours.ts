import type { BesideOptions, Fleet } from '../../support/fleet.js';
import { HostExited, type Host } from '../../support/host.js';

/** A host that stands beside the shop for a while, as it came up. */
export type Neighbour =
  | { readonly came: 'up'; readonly host: Host }
  /** It ended by itself before it was ready: `output` says why. */
  | { readonly came: 'refused'; readonly code: number | null; readonly output: string };

/** Hosts that are not of the shop's placement, and were started to stand in its way. None outlives its fault. */
export class Neighbours {
  private readonly up = new Set<Host>();

  constructor(private readonly fleet: Pick<Fleet, 'startBeside'>) {}

  /** Rejects when it is neither ready nor gone in time. */
  async start(
    contexts: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    options?: BesideOptions,
  ): Promise<Neighbour> {
    try {
      const host = await this.fleet.startBeside(contexts, environment, options);
      this.up.add(host);
      return { came: 'up', host };
    } catch (error) {
      if (!(error instanceof HostExited)) throw error;
      return { came: 'refused', code: error.code, output: error.output };
    }
  }

  /** SIGTERM; resolves when it is gone. */
  async end(neighbour: Neighbour): Promise<void> {
    if (neighbour.came !== 'up') return;
    await neighbour.host.stop();
    this.up.delete(neighbour.host);
  }

  /** Whatever is left. */
  async endAll(): Promise<void> {
    await Promise.all([...this.up].map((host) => host.kill()));
    this.up.clear();
  }
}
