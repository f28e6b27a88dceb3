import { Injectable } from '@nestjs/common';
import type { Choreography } from '../index.js';

/** What the contexts of this host declare: the boot report shows it. */
@Injectable()
export class DeclaredChoreographies {
  private readonly known: Choreography[] = [];

  add(choreographies: readonly Choreography[]): void {
    this.known.push(...choreographies);
  }

  all(): readonly Choreography[] {
    return this.known;
  }
}
