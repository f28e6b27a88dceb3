import { refuseUnits } from '@isolith/journal/internal';
import type { HostLifecycle, HostParticipant } from '@isolith/message-bus/nest';
import type { ModulesContainer } from '@nestjs/core';

type DataSource = Parameters<typeof refuseUnits>[0];

/**
 * DataSources of the application that no unit of work runs on. A repository of theirs would be used inside of a unit
 * and write beside it: what it wrote would stay when the unit is rolled back, and nobody would hear of it. So it throws
 * there.
 */
export class ForeignDataSources implements HostParticipant {
  readonly name = 'data sources of the application';
  readonly stage = 'configuration';

  constructor(
    private readonly modules: ModulesContainer,
    lifecycle: HostLifecycle,
  ) {
    lifecycle.join(this);
  }

  async open(): Promise<void> {
    for (const { providers } of this.modules.values())
      for (const { instance } of providers.values()) {
        const provided: unknown = instance;
        if (isDataSource(provided)) refuseUnits(provided);
      }
  }
}

// Not by its class: the application may have a copy of the ORM of its own.
const isDataSource = (provided: unknown): provided is DataSource =>
  typeof provided === 'object' &&
  provided !== null &&
  'createQueryRunner' in provided &&
  'driver' in provided &&
  'isInitialized' in provided;
