import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { plot } from './plot.js';
import { result, type Result } from './result.js';
import type { Subject } from './subject.js';
import type { Shown } from './table.js';

/** Leaves a result as JSON, and as a plot where there is something to compare. */
export function store(folder: string, what: Result): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${what.subject}.json`), `${JSON.stringify(what, rounded, 2)}\n`);
  if (what.kind === 'race') writeFileSync(join(folder, `${what.subject}.svg`), plot(what));
}

/** The last result of a subject that was kept; undefined when there is none. */
export function stored(folder: string, subject: string): Result | undefined {
  const file = join(folder, `${subject}.json`);
  return existsSync(file) ? result.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** The last results of these subjects, each with what is said of it today. */
export function shown(folder: string, subjects: readonly Subject[]): readonly Shown[] {
  return subjects.flatMap(({ name, notes = [] }) => {
    const result = stored(folder, name);
    return result === undefined ? [] : [{ result, notes }];
  });
}

/** More digits than a measurement holds only make a diff longer. */
const rounded = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
