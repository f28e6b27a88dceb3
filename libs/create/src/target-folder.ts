import { existsSync, readdirSync, statSync } from 'node:fs';
import { CreateRefusedError } from './refused.js';

/** What may be there already: a repository that was made for the app. */
const MAY_BE_THERE = ['.git'];

/** @throws {CreateRefusedError} for a file, and for a folder with something in it */
export function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new CreateRefusedError(`${folder} is a file: take another name, or move it away.`);
  if (readdirSync(folder).every((name) => MAY_BE_THERE.includes(name))) return;
  throw new CreateRefusedError(`${folder} is not empty: take another name, or empty it first.`);
}
