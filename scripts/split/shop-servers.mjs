import { bringUp } from '../services/bring-up.mjs';
import { say } from '../steps.mjs';

/** @param {string} name */
const given = (name) => ((process.env[name] ?? '') === '' ? undefined : process.env[name]);

/**
 * The database and the broker of a split shop: those that DATABASE_URL and TRANSPORT_URL name; what is not named is started here, for as long as
 * the shop runs.
 * @returns {Promise<{ env: { DATABASE_URL: string, TRANSPORT_URL: string }, stop: () => Promise<void> }>}
 * @throws {import('../steps.mjs').StepFailed} with one line that says what to do
 */
export const shopServers = async () => {
  const database = given('DATABASE_URL');
  const transport = given('TRANSPORT_URL');
  if (database !== undefined && transport !== undefined) {
    return { env: { DATABASE_URL: database, TRANSPORT_URL: transport }, stop: async () => undefined };
  }
  const services = await bringUp();
  const { ISOLITH_TEST_DATABASE_URL = '', ISOLITH_TEST_TRANSPORT_URL = '' } = services.environment;
  const env = {
    DATABASE_URL: database ?? ISOLITH_TEST_DATABASE_URL,
    TRANSPORT_URL: transport ?? ISOLITH_TEST_TRANSPORT_URL,
  };
  say(
    'split',
    `what is not in DATABASE_URL and TRANSPORT_URL comes from ${services.from}; data in servers started here ends with them`,
  );
  return { env, stop: services.stop };
};
