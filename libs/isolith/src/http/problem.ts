import { STATUS_CODES } from 'node:http';
import { Failure, IsolithError, type FieldProblem } from '@isolith/contracts';
import { HttpException } from '@nestjs/common';
import { z } from 'zod';

/** The body of every answer that is no success (RFC 9457, `application/problem+json`). */
export const problemSchema = z.object({
  /** A failure's label (`out-of-stock`), an error's code (`outcome-unknown`) or the name of the HTTP status. */
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ pointer: z.string(), detail: z.string() })).optional(),
});

/**
 * A problem document (RFC 9457) as the edge answers it: `type` is the label of a failure or the code of an error, each
 * of `errors` a place as a JSON pointer.
 */
export type Problem = z.output<typeof problemSchema>;

const TYPES: Readonly<Record<number, string>> = {
  400: 'bad-request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not-found',
  405: 'method-not-allowed',
  408: 'request-timeout',
  413: 'content-too-large',
  414: 'uri-too-long',
  415: 'unsupported-media-type',
  417: 'expectation-failed',
  422: 'unprocessable',
  429: 'too-many-requests',
  431: 'headers-too-large',
  501: 'not-implemented',
  503: 'unavailable',
};

/** A failure that names the field it is about in `data.pointer` is reported at that field. */
const pointed = z.object({ pointer: z.string().startsWith('/') });

/** One that names several, with what is wrong with each. */
const misfits = z.object({ problems: z.array(z.object({ pointer: z.string(), detail: z.string() })) });

/** A failure that says in `data.retryAfterSeconds` when asking again can help. */
const waiting = z.object({ retryAfterSeconds: z.number().positive() });

/** Whole seconds until asking again can help; undefined when what was thrown does not say. */
export function retryAfterOf(thrown: unknown): number | undefined {
  const said = thrown instanceof Failure ? waiting.safeParse(thrown.data) : undefined;
  return said?.success === true ? Math.ceil(said.data.retryAfterSeconds) : undefined;
}

/**
 * What the outside is told of something that was thrown. Of an unexpected error it is told nothing but that it
 * happened.
 */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Failure) {
    const { label, status } = thrown.contract;
    return problem(label, status, thrown.message, placesOf(thrown));
  }
  if (thrown instanceof IsolithError && thrown.status !== 500)
    return problem(codeType(thrown.code), thrown.status, thrown.message, thrown.problems);
  if (thrown instanceof HttpException && thrown.getStatus() !== 500) {
    const status = thrown.getStatus();
    return problem(TYPES[status] ?? `http-${status}`, status, detailOf(thrown, status), []);
  }
  return problem('internal', 500, 'something unexpected happened; the log of the host has it', []);
}

function placesOf({ data, message }: Failure): readonly FieldProblem[] {
  const at = pointed.safeParse(data);
  if (at.success) return [{ pointer: at.data.pointer, detail: message }];
  return misfits.safeParse(data).data?.problems ?? [];
}

function problem(type: string, status: number, detail: string, errors: readonly FieldProblem[]): Problem {
  const words = type.replaceAll('-', ' ');
  const base = { type, title: words.charAt(0).toUpperCase() + words.slice(1), status, detail };
  return errors.length > 0
    ? { ...base, errors: errors.map(({ pointer, detail: what }) => ({ pointer, detail: what })) }
    : base;
}

/** A failure that this version does not list has its full name as code; the outside sees labels only. */
const codeType = (code: string): string => code.slice(code.indexOf('.') + 1);

/** The framework's sentences quote the request (its path with the query, the start of a broken body); ours do not. */
function detailOf(error: HttpException, status: number): string {
  if (status === 404 && error.message.startsWith('Cannot ')) return 'there is no such route';
  if (status === 400 && /JSON/i.test(error.message)) return 'the body is not valid JSON';
  if (status === 415) return 'the body must be JSON: send "Content-Type: application/json"';
  if (status === 413) return 'the body is too large';
  if (status === 429) return 'too many requests; wait as long as Retry-After says';
  return error.message === '' ? (STATUS_CODES[status] ?? 'the request was refused') : error.message;
}
