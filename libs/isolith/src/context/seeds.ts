import { runAs } from '@isolith/message-bus';
import type { HostParticipant } from '@isolith/message-bus/nest';
import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';

/** Rows that a context begins with: a provider of its module that its feature lists under `seeds`. */
export interface Seed {
  readonly name: string;
  /** What is wrong with the settings that it goes by, as sentences that begin with the variable. No I/O. */
  verify?(): readonly string[];
  /**
   * Sows, in units of work of the context, before the host answers a request. Called at every start, on several hosts
   * at once,
   * so what is there already stays as it is. A failure fails the start.
   */
  sow(): Promise<void>;
}

/** The seeds of one context as a part of the host, one after the other in the order of their list. */
export class ContextSeeds implements HostParticipant {
  readonly name: string;
  readonly stage = 'seeds';

  constructor(
    private readonly context: string,
    private readonly types: readonly Type<Seed>[],
    private readonly modules: ModuleRef,
  ) {
    this.name = `seeds of ${context}`;
  }

  verify(): readonly string[] {
    return this.seeds().flatMap((seed) => seed.verify?.() ?? []);
  }

  async start(): Promise<void> {
    for (const seed of this.seeds()) await runAs(this.context, () => seed.sow());
  }

  // Only when asked: the module's providers are made after this.
  private seeds(): readonly Seed[] {
    return this.types.map((type) => this.modules.get<Seed>(type, { strict: false }));
  }
}
