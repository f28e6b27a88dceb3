import type { Ground } from '../ground/ground.js';

/** One thing that goes wrong, once. */
export interface Fault {
  /** What takes time and harms nobody yet. */
  readonly prepare?: () => Promise<void>;
  /** Begins at once; resolves when the fault is there. */
  readonly hit: () => Promise<void>;
  /** Resolves when it is over and what it hit works again. */
  readonly heal: () => Promise<void>;
}

/** `place`: of the host that it hits; of no meaning for servers. `alone`: whether it is the only fault of its round. */
export type MakeFault = (ground: Ground, place: number, alone: boolean) => Fault;

export const nothing = async (): Promise<void> => undefined;
