import { openOwnDataSource } from '@isolith/journal/testing';
import { Databases, type DatabaseTarget, type EntityClass } from '@isolith/postgres';
import type { DynamicModule } from '@nestjs/common';
import { DataSource } from 'typeorm';

export interface OwnDatabase {
  /** What the context's rows are to be in too. */
  readonly databases: Databases;
  /** Provides the DataSource as @nestjs/typeorm does, to every module. */
  readonly module: DynamicModule;
  close(): Promise<void>;
}

/** The database of an application that has entities of its own. */
export async function openOwnDatabase(target: DatabaseTarget, entities: readonly EntityClass[]): Promise<OwnDatabase> {
  const databases = new Databases({ targetOf: () => target });
  try {
    const dataSource = await openOwnDataSource(databases, entities);
    const providers = [{ provide: DataSource, useValue: dataSource }];
    return {
      databases,
      module: { module: OwnDataSourceModule, global: true, providers, exports: [DataSource] },
      close: async () => {
        await dataSource.destroy();
        await databases.close();
      },
    };
  } catch (error) {
    await databases.close();
    throw error;
  }
}

class OwnDataSourceModule {}
