import { bringUp } from '../services/bring-up.ts';
import { say } from '../steps.mjs';

const isGiven = (name: string) => [name, `${name}_FILE`].some((one) => (process.env[one] ?? '') !== '');

/**
 * The database and the broker of a split shop: what neither DATABASE_URL and TRANSPORT_URL name, nor the files of these
 * secrets, is started here, for as long as the shop runs.
 * @throws {StepFailed} with one line that says what to do
 */
export const shopServers = async (): Promise<{
  /** What is to be set beside the caller's environment. */
  env: NodeJS.ProcessEnv;
  stop: () => Promise<void>;
}> => {
  const hasDatabase = isGiven('DATABASE_URL');
  const hasTransport = isGiven('TRANSPORT_URL');
  if (hasDatabase && hasTransport) return { env: {}, stop: async () => undefined };
  const services = await bringUp();
  const { ISOLITH_TEST_DATABASE_URL, ISOLITH_TEST_TRANSPORT_URL } = services.environment;
  const env = {
    ...(hasDatabase ? {} : { DATABASE_URL: ISOLITH_TEST_DATABASE_URL }),
    ...(hasTransport ? {} : { TRANSPORT_URL: ISOLITH_TEST_TRANSPORT_URL }),
  };
  say(
    'split',
    `what is not in DATABASE_URL and TRANSPORT_URL comes from ${services.from}; data in servers started here ends with them`,
  );
  return { env, stop: services.stop };
};
