import { Logger } from '@nestjs/common';
import { PinoLogger } from 'nestjs-pino';
import { defaults } from 'pg';
import { register } from 'prom-client';

/**
 * What these packages keep once per process is in their own properties: who logs, and with which defaults a connection
 * is made.
 */
const KEEPERS = [Logger, PinoLogger, defaults];

const atFirst = KEEPERS.map((keeper) => Object.getOwnPropertyDescriptors(keeper));

/**
 * Packages are loaded once per worker, so what a spec file tells them would reach the next one. What they keep by
 * design, and a test sets as a host does at its start, is put back in silence: the logger of Nest, the entities that
 * TypeORM has met, the metrics of the default registry.
 */
export const putBackPackages = () => {
  for (const [index, keeper] of KEEPERS.entries()) {
    const known = atFirst[index] ?? {};
    for (const key of Reflect.ownKeys(keeper)) if (!Reflect.has(known, key)) Reflect.deleteProperty(keeper, key);
    for (const key of Reflect.ownKeys(known)) {
      const descriptor = Reflect.get(known, key);
      if (descriptor.writable === true) Reflect.set(keeper, key, descriptor.value);
    }
  }
  Reflect.deleteProperty(globalThis, 'typeormMetadataArgsStorage');
  register.clear();
};
