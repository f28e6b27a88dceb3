import { ContractViolationError, DEEPEST, nestsTooDeep } from '@isolith/contracts';
import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import { textOfBody } from './unreadable-text.js';

const TOO_DEEP = new ContractViolationError('the request body is not as expected', [
  { pointer: '', detail: `must not nest more than ${DEEPEST} levels deep` },
]);

/**
 * Bodies are JSON, or none: a body without a byte is no body whatever its content type says, so a route without one
 * takes the header that clients send with every request, and a route with one names what is missing. Anything else is
 * a 415, and so is JSON in another charset than UTF-8. JSON that nests deeper than any contract is refused before
 * anything walks it.
 */
export function readBodies(fastify: FastifyInstance): void {
  const json = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  // Fastify would make a text of any bytes, with U+FFFD for those that are none.
  fastify.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    if (body.length === 0) return done(null);
    const text = textOfBody(body, request.headers);
    if (text instanceof Error) return done(text);
    void json(request, text, (error, value) => {
      if (error === null && nestsTooDeep(value)) done(TOO_DEEP);
      else done(error, value);
    });
  });
  fastify.addContentTypeParser('*', (_request, payload, done) => {
    // The first byte decides. Whether there is one is not always known before: a chunked body has no length.
    const refuse = (): void => settle(new UnsupportedMediaTypeException());
    const settle = (error: Error | null): void => {
      payload.off('data', refuse).off('end', ended).off('error', settle);
      // Who still sends is read and ignored, until the connection goes with the answer.
      payload.resume();
      done(error);
    };
    const ended = (): void => settle(null);
    payload.once('data', refuse).once('end', ended).once('error', settle);
  });
}
