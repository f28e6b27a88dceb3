import { CreateRefusedError } from './refused.js';

/** What is a name for a folder, a package, a Compose project and an application alike. */
const NAME = /^[a-z][a-z0-9-]{0,63}$/;

/** @throws {CreateRefusedError} for what is no name of an app */
export function requireName(name: string): string {
  if (NAME.test(name)) return name;
  throw new CreateRefusedError(
    `${JSON.stringify(name)} is no name for an app: take 1 to 64 of a-z, 0-9 and -, beginning with a letter.`,
  );
}
