import { fastify, type FastifyInstance } from 'fastify';
import jwt from 'jsonwebtoken';
import type { Server } from '../../harness/contestant.js';
import { openClient } from './client.js';
import { answerTo, claims, keys, PATH, thing, verifyOptions } from './task.js';

/** What one would write by hand: the token, the body, the answer. */
export async function serveBare(prepare: (app: FastifyInstance) => void = () => undefined): Promise<Server> {
  const app = fastify({ logger: false, bodyLimit: 64 * 1_024 });
  prepare(app);
  const key = keys().key('access token');
  app.post(PATH, (request, reply) => {
    const bearer = /^Bearer +([\x21-\x7e]+) *$/i.exec(request.headers.authorization ?? '')?.[1];
    if (bearer === undefined) return reply.status(401).send({ error: 'sign in first' });
    const { sub } = claims.parse(jwt.verify(bearer, key, verifyOptions));
    return reply.status(201).send(answerTo(thing.parse(request.body), sub));
  });
  return { address: await app.listen({ port: 0, host: '127.0.0.1' }), close: () => app.close() };
}

export const serve = (): Promise<Server> => serveBare();

export const open = openClient;
