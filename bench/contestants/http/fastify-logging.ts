import { fastify } from 'fastify';
import jwt from 'jsonwebtoken';
import { pino } from 'pino';
import type { Server } from '../../harness/contestant.js';
import { openClient } from './client.js';
import { answerTo, claims, keys, PATH, thing, verifyOptions } from './task.js';

export const serve = async (): Promise<Server> => {
  const log = pino();
  const app = fastify({ logger: false, bodyLimit: 64 * 1_024 });
  const key = keys().key('access token');
  app.addHook('onResponse', (request, reply, done) => {
    log.info({ method: request.method, route: request.routeOptions.url, status: reply.statusCode, duration_ms: reply.elapsedTime }, 'request');
    done();
  });
  app.post(PATH, (request, reply) => {
    const bearer = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined) return reply.status(401).send({ error: 'sign in first' });
    const { sub } = claims.parse(jwt.verify(bearer, key, verifyOptions));
    return reply.status(201).send(answerTo(thing.parse(request.body), sub));
  });
  return { address: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
};

export const open = openClient;
