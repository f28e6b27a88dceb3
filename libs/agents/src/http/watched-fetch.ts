import { ModelUnavailableError } from '../model/model.js';

/** What one attempt may take of this process. */
export interface AnswerBounds {
  /** How long nothing may come, before the headers and between two pieces of the body, in milliseconds. */
  readonly idleMs: number;
  /** Of a whole body, in bytes. */
  readonly answerBytes: number;
}

/** What a provider's answer may take where its adapter is told nothing else: a minute of silence, and 4 MiB. */
export const defaultBounds: AnswerBounds = { idleMs: 60_000, answerBytes: 4 * 1024 * 1024 };

/** As fetch is, of what adapters use of it. */
export type Fetch = (url: string | URL | Request, init?: RequestInit) => Promise<Response>;

/**
 * A fetch whose answers end: with a ModelUnavailableError where bytes stop coming, or more come than are wanted. It
 * follows no redirect, so that a key goes nowhere but where it was meant to.
 */
export function watchedFetch(who: string, bounds: AnswerBounds, inner: Fetch = fetch): Fetch {
  return async (url, init = {}) => {
    const idle = new AbortController();
    const signal = AbortSignal.any([idle.signal, ...(init.signal ? [init.signal] : [])]);
    const watch: Watch = {
      who,
      answerBytes: bounds.answerBytes,
      end: () => idle.abort(new ModelUnavailableError(`nobody reads the model ${who} any more`)),
      waited: (pending) => within(bounds.idleMs, pending, () => idle.abort(silence(who, bounds))),
    };
    const response = await watch.waited(inner(url, { ...init, redirect: 'error', signal }));
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(ReadableStream.from(watchedBody(response.body, watch)), { status, statusText, headers });
  };
}

interface Watch {
  readonly who: string;
  readonly answerBytes: number;
  /** Waits for something, and ends the request when it has not come in time. */
  waited<T>(pending: Promise<T>): Promise<T>;
  /** Ends the request, whatever is left of it. */
  end(): void;
}

/** Time counts only while something is waited for, so whoever reads slowly is not taken for a provider that hangs. */
async function* watchedBody(body: ReadableStream<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  const pieces = body.getReader();
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await watch.waited(pieces.read());
      if (done) return;
      bytes += value.byteLength;
      if (bytes > watch.answerBytes)
        throw new ModelUnavailableError(`the model ${watch.who} answered more than ${watch.answerBytes} bytes`);
      yield value;
    }
  } finally {
    // Cancelling the body alone has been seen to leave the connection open.
    watch.end();
  }
}

async function within<T>(ms: number, pending: Promise<T>, late: () => void): Promise<T> {
  const timer = setTimeout(late, ms);
  try {
    return await pending;
  } finally {
    clearTimeout(timer);
  }
}

const silence = (who: string, { idleMs }: AnswerBounds): Error =>
  new ModelUnavailableError(`the model ${who} was silent for ${idleMs} ms`);
