import { StepFailed } from '../steps.mjs';
import { checkPostgresql, checkRabbitmq } from './connections.ts';

/** @returns where it leads, without what is secret in it */
const place = (url: string): string => {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'no URL';
  }
};

/** @param names of environment variables, the most specific first */
const checked = async (
  names: readonly string[],
  check: (url: string) => Promise<void>,
): Promise<{ name: string; url: string } | undefined> => {
  const name = names.find((candidate) => (process.env[candidate] ?? '') !== '');
  if (name === undefined) return undefined;
  const url = process.env[name] ?? '';
  try {
    await check(url);
  } catch (error) {
    const why =
      error instanceof AggregateError ? error.errors.map((one) => one.message).join(', ') : (error as Error).message;
    throw new StepFailed(
      'services',
      `${name} (${place(url)}) does not work: ${why}; correct it, or unset it to have a server of our own`,
    );
  }
  return { name, url };
};

/**
 * The servers that the environment names, each after a real connection.
 * @throws {StepFailed} naming the variable when its server does not answer
 */
export const named = async () => {
  const [database, broker] = await Promise.all([
    checked(['ISOLITH_TEST_DATABASE_URL', 'DATABASE_URL'], checkPostgresql),
    checked(['ISOLITH_TEST_TRANSPORT_URL', 'TRANSPORT_URL'], checkRabbitmq),
  ]);
  return { database, broker };
};
