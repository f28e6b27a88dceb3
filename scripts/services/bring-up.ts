import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { beforeStop, say, seconds, StepFailed } from '../steps.mjs';
import { watchGroups } from '../tool-groups.mjs';
import { dockerAnswers } from './compose.ts';
import { managementOf } from './connections.ts';
import { install, postgresqlPrograms, rabbitmqPrograms, whyNotInstallable, type Package } from './debian.ts';
import { named } from './named.ts';
import type { Plan } from './keeper.ts';

export interface Services {
  /** ISOLITH_TEST_DATABASE_URL, ISOLITH_TEST_TRANSPORT_URL and, for servers of ours, their controls. */
  readonly environment: Record<string, string>;
  /** Where they come from, for the reader. */
  readonly from: string;
  /** How long it took to find or start them. */
  readonly took: string;
  /** Ends what was started here. */
  readonly stop: () => Promise<void>;
}

const keep = async (plan: Plan): Promise<Omit<Services, 'took'>> => {
  const keeper = fork(fileURLToPath(new URL('keeper.ts', import.meta.url)), [], {
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

const ofOurOwn = async (wanted: Omit<Plan, 'way'>): Promise<Omit<Services, 'took'>> => {
  if (dockerAnswers()) {
    try {
      return await keep({ way: 'compose', ...wanted });
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      // An engine without the images and without a way to them, for instance.
      say('services', `not with Docker Compose: ${error.message.trim().split('\n').at(-1)}`);
    }
  }
  const missing: Package[] = [
    ...(wanted.postgresql && postgresqlPrograms() === undefined ? (['postgresql'] as const) : []),
    ...(wanted.rabbitmq && rabbitmqPrograms() === undefined ? (['rabbitmq-server'] as const) : []),
  ];
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
 * What goes along with a broker that was named: its management API, and the control of one that another run of these
 * scripts started.
 */
const controlsOf = async ({ name, url }: { name: string; url: string }): Promise<Record<string, string>> => {
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

/** The control of a database that another run of these scripts started. */
const controlOfDatabase = (name: string): Record<string, string> => {
  const control = process.env['ISOLITH_TEST_DATABASE_CONTROL'] ?? '';
  return control === '' || name !== 'ISOLITH_TEST_DATABASE_URL' ? {} : { ISOLITH_TEST_DATABASE_CONTROL: control };
};

/**
 * Finds or starts PostgreSQL and RabbitMQ. The servers that are started here end with stop(), and also when this
 * process ends in any other way.
 * @throws {StepFailed} with one line that says what to do
 */
export const bringUp = async (): Promise<Services> => {
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
