import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeStop, say, seconds, StepFailed } from '../steps.mjs';
import { watchGroups } from '../tool-groups.mjs';
import { dockerAnswers } from './compose.mjs';
import { managementOf } from './connections.mjs';
import { install, postgresqlPrograms, rabbitmqPrograms, whyNotInstallable } from './debian.mjs';
import { named } from './named.mjs';

/**
 * @typedef {object} Services
 * @property {Record<string, string>} environment ISOLITH_TEST_DATABASE_URL, ISOLITH_TEST_TRANSPORT_URL and, for servers of ours, their controls
 * @property {string} from where they come from, for the reader
 * @property {string} took how long it took to find or start them
 * @property {() => Promise<void>} stop ends what was started here
 */

/** @param {import('./keeper.mjs').Plan} plan @returns {Promise<Omit<Services, 'took'>>} */
const keep = async (plan) => {
  const keeper = fork(fileURLToPath(new URL('keeper.mjs', import.meta.url)), [], {
    detached: true,
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const gone = new Promise((resolve) => keeper.once('exit', resolve));
  keeper.send(plan);
  const unwatch = watchGroups((group, runs) => {
    if (keeper.connected) keeper.send({ group, runs }, undefined, undefined, () => undefined);
  });
  const stop = async () => {
    keeper.ref();
    unwatch();
    // It may have ended by itself at this very moment; then there is nobody to be asked.
    if (keeper.connected) keeper.send('stop', undefined, undefined, () => undefined);
    await gone;
    forget();
  };
  const forget = beforeStop(stop);
  const [answer] = await Promise.race([
    once(keeper, 'message'),
    gone.then(() => [{ failure: 'the process that keeps the servers ended' }]),
  ]);
  if (answer.environment === undefined) {
    await stop();
    throw new StepFailed('services', answer.failure);
  }
  // Neither the keeper nor its channel keeps a script alive that has done its work.
  keeper.unref();
  keeper.channel?.unref();
  return {
    environment: answer.environment,
    from: plan.way === 'compose' ? 'Docker Compose' : 'programs of this machine',
    stop,
  };
};

/** @param {Omit<import('./keeper.mjs').Plan, 'way'>} wanted @returns {Promise<Omit<Services, 'took'>>} */
const ofOurOwn = async (wanted) => {
  if (dockerAnswers()) {
    try {
      return await keep({ way: 'compose', ...wanted });
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      // An engine without the images and without a way to them, for instance.
      say('services', `not with Docker Compose: ${error.message.trim().split('\n').at(-1)}`);
    }
  }
  const missing = /** @type {import('./debian.mjs').Package[]} */ ([
    ...(wanted.postgresql && postgresqlPrograms() === undefined ? ['postgresql'] : []),
    ...(wanted.rabbitmq && rabbitmqPrograms() === undefined ? ['rabbitmq-server'] : []),
  ]);
  const obstacle = missing.length > 0 ? whyNotInstallable() : undefined;
  if (obstacle !== undefined) {
    const advice =
      'start Docker, or install them, or set DATABASE_URL and TRANSPORT_URL to servers that may be used for tests';
    throw new StepFailed(
      'services',
      `Docker does not provide them and ${missing.join(' and ')} cannot be installed (${obstacle}): ${advice}`,
    );
  }
  await install(missing);
  return keep({ way: 'programs', ...wanted });
};

/**
 * What goes along with a broker that was named: its management API, and the control of one that another run of these scripts started.
 * @param {{ name: string, url: string }} broker @returns {Promise<Record<string, string>>}
 */
const controlsOf = async ({ name, url }) => {
  const control = process.env['ISOLITH_TEST_BROKER_CONTROL'] ?? '';
  const management = process.env['ISOLITH_TEST_MANAGEMENT_URL'] || (await managementOf(url)) || '';
  if (management === '') {
    say(
      'services',
      `${name}: no management API on port 15672; specs need it, for a virtual host each: name it in ISOLITH_TEST_MANAGEMENT_URL`,
    );
  }
  return {
    ...(management === '' ? {} : { ISOLITH_TEST_MANAGEMENT_URL: management }),
    ...(control === '' || name !== 'ISOLITH_TEST_TRANSPORT_URL' ? {} : { ISOLITH_TEST_BROKER_CONTROL: control }),
  };
};

/** The control of a database that another run of these scripts started. @param {string} name @returns {Record<string, string>} */
const controlOfDatabase = (name) => {
  const control = process.env['ISOLITH_TEST_DATABASE_CONTROL'] ?? '';
  return control === '' || name !== 'ISOLITH_TEST_DATABASE_URL' ? {} : { ISOLITH_TEST_DATABASE_CONTROL: control };
};

/**
 * Finds or starts PostgreSQL and RabbitMQ. The servers that are started here end with stop(), and also when this process ends in any other way.
 * @returns {Promise<Services>}
 * @throws {StepFailed} with one line that says what to do
 */
export const bringUp = async () => {
  const startedAt = Date.now();
  const { database, broker } = await named();
  const found = {
    ...(database === undefined ? {} : { ISOLITH_TEST_DATABASE_URL: database.url, ...controlOfDatabase(database.name) }),
    ...(broker === undefined ? {} : { ISOLITH_TEST_TRANSPORT_URL: broker.url, ...(await controlsOf(broker)) }),
  };
  const names = [database, broker].flatMap((one) => (one === undefined ? [] : [one.name]));
  if (database !== undefined && broker !== undefined) {
    say('services', `found through ${names.join(' and ')}`);
    return { environment: found, from: names.join(' and '), took: seconds(startedAt), stop: async () => undefined };
  }
  const own = await ofOurOwn({ postgresql: database === undefined, rabbitmq: broker === undefined });
  const from = [...names, own.from].join(' and ');
  const took = seconds(startedAt);
  say('services', `up from ${from} in ${took}`);
  return { environment: { ...found, ...own.environment }, from, took, stop: own.stop };
};
