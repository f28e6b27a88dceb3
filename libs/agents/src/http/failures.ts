import { z } from 'zod';
import { ModelRejectedError, ModelUnavailableError } from '../model/model.js';

/** Of the errors of the caller those that another attempt may not meet again. */
const PASSING = new Set([408, 409, 425, 429]);
const SERVER_ERROR = 500;
const CLIENT_ERROR = 400;

/** What providers call their errors: a word, never what was said. */
const WORD = z.string().regex(/^[a-z_]{1,60}$/);
const REQUEST_ID = z.string().regex(/^[\w-]{1,100}$/);

/**
 * What an HTTP status means: asked again the model may answer, or it never will. Of the body it takes the provider's
 * word for the error, as anything else in it may repeat what was said.
 */
export function failureOfStatus(
  who: string,
  status: number,
  { headers, word }: { readonly headers?: Headers | undefined; readonly word?: unknown } = {},
): ModelUnavailableError | ModelRejectedError {
  const said = WORD.safeParse(word);
  const id = REQUEST_ID.safeParse(headers?.get('request-id') ?? headers?.get('x-request-id'));
  const text = [`the model ${who} answered ${status}`, ...(said.success ? [said.data] : [])].join(' ');
  const message = id.success ? `${text} (request ${id.data})` : text;
  return status >= CLIENT_ERROR && status < SERVER_ERROR && !PASSING.has(status)
    ? new ModelRejectedError(message)
    : new ModelUnavailableError(message, retryAfterMs(headers));
}

/** Why there was no answer, in a word: an error's text may hold what was said, or where it went. */
export function failureOfError(who: string, error: unknown): ModelUnavailableError | ModelRejectedError {
  if (error instanceof ModelUnavailableError || error instanceof ModelRejectedError) return error;
  // The SDKs and fetch wrap what happened: what is ours, or has a code, may lie beneath.
  let inner = error;
  for (let depth = 0; depth < 5 && inner instanceof Error; depth += 1) {
    if (inner instanceof ModelUnavailableError) return inner;
    const code = z.object({ code: z.string().regex(/^[A-Z][A-Z0-9_]{1,40}$/) }).safeParse(inner);
    if (code.success) return new ModelUnavailableError(`the model ${who} was not reached: ${code.data.code}`);
    if (inner.cause === undefined) break;
    inner = inner.cause;
  }
  return new ModelUnavailableError(
    `the model ${who} did not answer: ${inner instanceof Error ? inner.name : 'unknown'}`,
  );
}

/**
 * What was asked to wait, in milliseconds; seconds or a date, as HTTP has it. A date counts from the provider's own, as
 * no clock of ours is its clock. Undefined where it can't be read.
 */
export function retryAfterMs(headers: Headers | undefined): number | undefined {
  const asked = headers?.get('retry-after')?.trim();
  if (asked === undefined || asked === '') return undefined;
  if (/^\d{1,10}(\.\d+)?$/.test(asked)) return Math.round(Number(asked) * 1_000);
  const waitMs = Date.parse(asked) - Date.parse(headers?.get('date') ?? '');
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

/** A text as JSON, or the model's answer is none. The parser's own error would quote the text. */
export function parsedJson(who: string, text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ModelUnavailableError(`the model ${who} answered ${what} that is no JSON`);
  }
}

/** What a schema makes of it, or the model's answer is none. */
export function parsedAs<S extends z.ZodType>(who: string, schema: S, value: unknown, what: string): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const paths = [...new Set(parsed.error.issues.map(({ path }) => path.join('.')))].slice(0, 5);
  throw new ModelUnavailableError(`the model ${who} answered ${what} that is malformed: ${paths.join(', ')}`);
}
