import { readFileSync, writeFileSync } from 'node:fs';
import type { RecordedContract } from '@isolith/contracts';
import type { RecordedSaga } from '@isolith/saga';

/** What was recorded last. The file is ours and is only ever written by write-golden.ts. */
export interface Golden<T> {
  read(): readonly T[];
  write(recorded: readonly T[]): void;
}

export const goldenContracts: Golden<RecordedContract> = goldenFile('contracts');
export const goldenSagas: Golden<RecordedSaga> = goldenFile('sagas');

function goldenFile<T>(what: string): Golden<T> {
  const file = new URL(`./${what}.golden.json`, import.meta.url);
  return {
    read: () => JSON.parse(readFileSync(file, 'utf8')),
    write: (recorded) => writeFileSync(file, `${JSON.stringify(recorded, null, 2)}\n`),
  };
}
