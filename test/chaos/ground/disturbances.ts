import type { FaultKind } from '../plan/run-plan.js';

/** A fault as it was; times are milliseconds of this process' clock. */
export interface Disturbance {
  readonly kind: FaultKind;
  readonly from: number;
  /** When what it hit worked again. */
  readonly until: number;
}

/** Everything that went wrong on a ground, over all its runs. */
export class Disturbances {
  private readonly noted: Disturbance[] = [];

  note(disturbance: Disturbance): void {
    this.noted.push(disturbance);
  }

  all(): readonly Disturbance[] {
    return [...this.noted];
  }
}
