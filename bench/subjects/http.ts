import type { RaceSubject } from '../harness/subject.js';

export const http: RaceSubject = {
  kind: 'race',
  name: 'http',
  title: 'A request over HTTP with a token and a schema',
  operation:
    'a POST with a body of three fields, answered with three, over kept-alive connections from another process; the token is verified, the body checked',
  needs: [],
  levels: [1, 64],
  goal: { ratio: { 1: 0.85, 64: 0.85 } },
  notes: [
    'At 64 not reached: Nest alone, with a guard and a pipe, is not either.',
    "Most of what is left above the bare server is Nest's own way from the request to the handler and back, which the third row shows with nothing else; ours adds scope, metrics and headers to it, and saves a verification by remembering the very tokens that it has verified until they expire.",
  ],
  entries: [
    {
      name: 'fastify',
      role: 'ceiling',
      module: 'contestants/http/fastify.ts',
      differs:
        'jsonwebtoken with the same key, the same zod schemas; no log, no metrics, no scope, no security headers',
    },
    {
      name: 'Isolith',
      role: 'ours',
      module: 'contestants/http/ours.ts',
      differs:
        'LOG_LEVEL=warn; unknown fields are refused, every request is counted and timed, security headers, trace ids',
    },
    {
      name: 'Nest on fastify',
      role: 'peer',
      module: 'contestants/http/nest.ts',
      differs: '@nestjs/jwt in a guard, StandardSchemaValidationPipe; no metrics, no security headers',
    },
    {
      name: 'fastify, a line per request',
      role: 'peer',
      module: 'contestants/http/fastify-logging.ts',
      differs: 'the ceiling with one line of pino per request',
    },
    {
      name: 'Isolith, a line per request',
      role: 'peer',
      module: 'contestants/http/ours-logging.ts',
      differs: 'as it comes: LOG_LEVEL=info',
    },
  ],
};
