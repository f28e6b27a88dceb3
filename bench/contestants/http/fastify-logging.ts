import { pino } from 'pino';
import type { Server } from '../../harness/contestant.js';
import { serveBare } from './fastify.js';

export const serve = (): Promise<Server> => {
  const log = pino();
  return serveBare((app) =>
    app.addHook('onResponse', (request, reply, done) => {
      log.info(
        {
          method: request.method,
          route: request.routeOptions.url,
          status: reply.statusCode,
          duration_ms: reply.elapsedTime,
        },
        'request',
      );
      done();
    }),
  );
};

export { open } from './fastify.js';
