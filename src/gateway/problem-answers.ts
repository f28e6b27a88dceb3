import { STATUS_CODES } from 'node:http';
import type { RouteDescription } from '@isolith/isolith/http';

export const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string', examples: ['out-of-stock'] },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string', examples: ['/lines/0/sku'] }, detail: { type: 'string' } },
      },
    },
  },
};

type Headers = Readonly<Record<string, { readonly description: string; readonly schema: { readonly type: string } }>>;

const answer = (description: string, headers?: Headers) => ({
  description,
  ...(headers === undefined ? {} : { headers }),
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

export const problemAnswer = answer('A problem document');

const RETRY_AFTER = { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'string' } } };
const WWW_AUTHENTICATE = { 'WWW-Authenticate': { description: 'Bearer', schema: { type: 'string' } } };
const HEADERS: Readonly<Record<number, Headers>> = { 401: WWW_AUTHENTICATE, 429: RETRY_AFTER, 503: RETRY_AFTER };

/** What can be known of the statuses of a route without knowing its context. */
export interface Asked extends RouteDescription {
  readonly changes: boolean;
  readonly hasBody: boolean;
  readonly namesOne: boolean;
}

/** A problem document for each status that a request of this kind can get. */
export function problemAnswers({
  isPublic,
  changes,
  hasBody,
  namesOne,
}: Asked): Readonly<Record<string, typeof problemAnswer>> {
  const statuses = [
    400,
    429,
    503,
    504,
    // Credentials in a body are refused like a token is.
    ...(isPublic && !hasBody ? [] : [401]),
    ...(isPublic ? [] : [403]),
    ...(namesOne || !isPublic ? [404] : []),
    // A name in the path that is longer than any is refused before it is read.
    ...(namesOne ? [414] : []),
    ...(changes ? [409, 422] : []),
    ...(hasBody ? [413, 415] : []),
  ];
  return Object.fromEntries(statuses.map((status) => [status, answer(STATUS_CODES[status] ?? '', HEADERS[status])]));
}
