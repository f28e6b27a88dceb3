import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problemOf } from './problem.js';

/** A request that was refused before any hook or filter could see it. */
export interface UnreadRequest {
  /** Absent when not even that could be read. */
  readonly method?: string;
  readonly status: number;
  /** What the parser or the router calls it: `HPE_HEADER_OVERFLOW`, `FST_ERR_BAD_URL`. */
  readonly reason: string;
}

const HEADERS = {
  'content-type': 'application/problem+json; charset=utf-8',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
} as const;

const DETAILS: Readonly<Record<number, string>> = {
  400: 'the request is not HTTP as this host reads it',
  405: 'this host is no proxy',
  408: 'the request did not arrive in time',
  417: 'the only expectation that can be met is 100-continue',
  431: 'the path and headers are too large',
};

/** Node's own choice of statuses; what has no code of these is malformed. */
const STATUS_OF: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_CHUNK_EXTENSIONS_OVERFLOW: 413,
  HPE_HEADER_OVERFLOW: 431,
};

/** Node tells of the answer that a socket is busy with under this name only; its own handler looks there as well. */
const busy = z.object({
  _httpMessage: z.object({ headersSent: z.boolean(), req: z.object({ complete: z.boolean() }) }),
});

/**
 * Answers with a problem document where Node and Fastify would answer with something else, or with nothing: what the
 * parser can't read, paths that the router refuses, expectations, CONNECT. All of it is what a client did, so it is
 * told to `onRefused` and never an error of the host.
 */
export class UnreadRequests {
  /** Set by the edge, which counts and logs. */
  onRefused: (request: UnreadRequest) => void = () => undefined;

  /** Fastify's `clientErrorHandler`. */
  readonly answerUnparsed = (error: Error & { readonly code?: unknown }, socket: Duplex): void => {
    const reason = typeof error.code === 'string' ? error.code : 'unknown';
    const status = STATUS_OF[reason] ?? 400;
    // A connection that broke is no request; one with an answer under way would take ours for that, or for a part of
    // it.
    if (reason !== 'ECONNRESET' && socket.writable && !isAnswering(socket)) {
      socket.write(rawAnswer(status));
      this.onRefused({ status, reason });
    }
    socket.destroy();
  };

  /** Fastify's `frameworkErrors`: the router refuses some paths before any hook runs. */
  readonly answerUnroutable = (
    error: { readonly code: string; readonly statusCode?: number | undefined },
    { method }: FastifyRequest,
    reply: FastifyReply,
  ): void => {
    const status = error.statusCode ?? 400;
    this.onRefused({ method, status, reason: error.code });
    void reply
      .status(status)
      .headers(HEADERS)
      .send(problemOf(new HttpException('the path is malformed or too long', status)));
  };

  /** What Node's server answers by itself when nobody listens. */
  listen(server: Server): void {
    server.on('checkExpectation', ({ method = '' }: IncomingMessage, answer: ServerResponse) => {
      this.onRefused({ method, status: 417, reason: 'expectation' });
      const text = body(417);
      const length = Buffer.byteLength(text);
      answer.writeHead(417, { ...HEADERS, 'content-length': length, connection: 'close' }).end(text);
    });
    server.on('connect', (_request: IncomingMessage, socket: Duplex) => {
      this.onRefused({ method: 'CONNECT', status: 405, reason: 'connect' });
      socket.once('error', () => socket.destroy()).end(rawAnswer(405, 'allow: \r\n'));
    });
  }
}

/** Part of an answer is out already, or the next one is due to an earlier request that came whole. */
function isAnswering(socket: Duplex): boolean {
  const { success, data } = busy.safeParse(socket);
  return success && (data._httpMessage.headersSent || data._httpMessage.req.complete);
}

const body = (status: number): string => JSON.stringify(problemOf(new HttpException(DETAILS[status] ?? '', status)));

function rawAnswer(status: number, more = ''): string {
  const text = body(status);
  const headers = Object.entries(HEADERS).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('')}${more}content-length: ${Buffer.byteLength(text)}\r\nconnection: close\r\n\r\n${text}`;
}
