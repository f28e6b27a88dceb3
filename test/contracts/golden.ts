import { readFileSync, writeFileSync } from 'node:fs';
import type { ContractDescription } from '@isolith/contracts';

const file = new URL('./contracts.golden.json', import.meta.url);

/** The contracts as they were recorded last. The file is ours and is only ever written by write-golden.ts. */
export function readGolden(): readonly ContractDescription[] {
  return JSON.parse(readFileSync(file, 'utf8'));
}

export function writeGolden(descriptions: readonly ContractDescription[]): void {
  writeFileSync(file, `${JSON.stringify(descriptions, null, 2)}\n`);
}
