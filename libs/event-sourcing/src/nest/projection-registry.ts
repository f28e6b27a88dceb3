import { Injectable } from '@nestjs/common';
import type { Projections } from '../index.js';

/** The projections of this host's contexts, for whoever operates them. */
@Injectable()
export class ProjectionRegistry {
  private readonly known = new Map<string, Projections>();

  /** False when the context is registered already. */
  register(context: string, projections: Projections): boolean {
    if (this.known.has(context)) return false;
    this.known.set(context, projections);
    return true;
  }

  /** Undefined for a context that has none, or is not here. */
  of(context: string): Projections | undefined {
    return this.known.get(context);
  }

  /** The contexts of this host that have projections. */
  contexts(): readonly string[] {
    return [...this.known.keys()];
  }
}
