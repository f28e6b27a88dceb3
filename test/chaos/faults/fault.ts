import type { Finding } from '../checks/finding.js';
import type { Ground } from '../ground/ground.js';
import type { PlannedFault } from '../plan/run-plan.js';

/** One thing that goes wrong, once. */
export interface Fault {
  /** What takes time and harms nobody yet. */
  readonly prepare?: () => Promise<void>;
  /**
   * Begins at once; resolves when the fault is there. `moreOrders` places some: for a fault that takes so long to come
   * that those in flight may have ended, or that needs something to be sent.
   */
  readonly hit: (moreOrders: () => void) => Promise<void>;
  /** Resolves when it is over and what it hit works again. */
  readonly heal: () => Promise<void>;
  /**
   * What it has changed, counted: `{ cut: 5 }`. Asked when it is over. One that changed nothing proves nothing, and its
   * run does not count. Absent where a fault that does nothing can't resolve.
   */
  readonly effect?: () => Readonly<Record<string, number>>;
  /** What only the fault itself could see: a host that had to refuse and did not. Asked when it is over. */
  readonly findings?: () => readonly Omit<Finding, 'check'>[];
}

/** `alone`: whether it is the only fault of its round. */
export type MakeFault = (ground: Ground, plan: Pick<PlannedFault, 'place' | 'holdMs' | 'way'>, alone: boolean) => Fault;

export const nothing = async (): Promise<void> => undefined;
