import { StepFailed } from '../steps.mjs';
import { checkPostgresql, checkRabbitmq } from './connections.mjs';

/** @param {string} url @returns {string} where it leads, without what is secret in it */
const place = (url) => {
  try {
    const { protocol, host } = new URL(url);
    return `${protocol}//${host}`;
  } catch {
    return 'no URL';
  }
};

/**
 * @param {readonly string[]} names of environment variables, the most specific first
 * @param {(url: string) => Promise<void>} check @returns {Promise<{ name: string, url: string } | undefined>}
 */
const checked = async (names, check) => {
  const name = names.find((candidate) => (process.env[candidate] ?? '') !== '');
  if (name === undefined) return undefined;
  const url = process.env[name] ?? '';
  try {
    await check(url);
  } catch (error) {
    const why =
      error instanceof AggregateError
        ? error.errors.map((one) => one.message).join(', ')
        : /** @type {Error} */ (error).message;
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
