import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { postgresqlPrograms, rabbitmqPrograms } from './debian.ts';
import { freePorts } from './ports.ts';
import { startPostgresql } from './postgresql.ts';
import { startRabbitmq } from './rabbitmq.ts';
import type { Plan, Servers } from './keeper.ts';

/**
 * Between the look for a free port and the server's own there is a moment in which another program can take it, and a
 * server says so in a log of its own only. Each try has a folder and ports of its own.
 */
const TRIES = 3;

const withFreePorts = async <T>(
  start: (folder: string, ports: number[], password: string) => Promise<T>,
  folder: string,
  ports: number,
) => {
  for (let tried = 1; ; tried += 1) {
    try {
      return await start(`${folder}${tried}`, await freePorts(ports, 'servers'), randomBytes(18).toString('base64url'));
    } catch (error) {
      if (tried === TRIES) throw error;
    }
  }
};

/**
 * Both servers at once, from programs that are installed on this machine.
 * @throws {Error} when one does not start; the other one is ended then
 */
export const startFromPrograms = async ({ postgresql, rabbitmq }: Plan, folder: string): Promise<Servers> => {
  const startingDatabase = async () => {
    if (!postgresql) return undefined;
    const programs = postgresqlPrograms() ?? '';
    return withFreePorts(
      (own, [port = 0], password) => startPostgresql({ programs, folder: own, port, password }),
      join(folder, 'pg'),
      1,
    );
  };
  const startingBroker = async () => {
    if (!rabbitmq) return undefined;
    const programs = rabbitmqPrograms() ?? '';
    return withFreePorts(
      (own, ports, password) => startRabbitmq({ programs, folder: own, ports, password }),
      join(folder, 'mq'),
      4,
    );
  };
  const [database, broker] = await Promise.allSettled([startingDatabase(), startingBroker()]);
  const end = async () => {
    await Promise.all([
      database.status === 'fulfilled' ? database.value?.stop() : undefined,
      broker.status === 'fulfilled' ? broker.value?.end() : undefined,
    ]);
  };
  for (const start of [database, broker]) {
    if (start.status === 'fulfilled') continue;
    await end();
    throw start.reason;
  }
  return {
    database: database.status === 'fulfilled' ? database.value : undefined,
    broker: broker.status === 'fulfilled' ? broker.value : undefined,
    end,
  };
};
