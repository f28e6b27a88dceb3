import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { tellable } from '@isolith/contracts';
import type { z } from 'zod';
import { problemSchema } from '../http/problem.js';

/** How long one attempt waits for its answer: beyond what a host waits for its contexts. */
const ANSWER_MS = 30_000;
const ATTEMPTS = 3;
const BETWEEN_MS = 500;

/** The host answered that it does not do it, and why. */
export class RefusedByHostError extends Error {
  override readonly name = 'RefusedByHostError';
}

/** No attempt had an answer that says what became of it. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Attempt<T> = { readonly answer: T } | { readonly open: string };

/** Asks a running host for what its actuator shows and does, as one user. */
export class HostClient {
  /** `url`: where the host listens, without a path. `token`: an access token. */
  constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** @throws RefusedByHostError, NoAnswerError */
  get<S extends z.ZodType>(path: string, shape: S): Promise<z.output<S>> {
    return this.asked(shape, path, {});
  }

  /**
   * Several attempts are one act: all carry one `Idempotency-Key`.
   * @throws RefusedByHostError, NoAnswerError
   */
  post<S extends z.ZodType>(path: string, body: object, shape: S): Promise<z.output<S>> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
    return this.asked(shape, path, { method: 'POST', headers, body: JSON.stringify(body) });
  }

  private async asked<S extends z.ZodType>(shape: S, path: string, request: Asked): Promise<z.output<S>> {
    let why = '';
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (attempt > 1) await pause(BETWEEN_MS);
      const found = await this.attempt(shape, path, request);
      if ('answer' in found) return found.answer;
      why = found.open;
    }
    throw new NoAnswerError(`${this.url} gave no answer in ${ATTEMPTS} attempts: ${why}`);
  }

  private async attempt<S extends z.ZodType>(shape: S, path: string, request: Asked): Promise<Attempt<z.output<S>>> {
    let status: number;
    let text: string;
    try {
      const response = await fetch(this.url + path, {
        ...request,
        headers: { ...request.headers, authorization: `Bearer ${this.token}` },
        // A token goes nowhere else.
        redirect: 'error',
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      status = response.status;
      text = await response.text();
    } catch (error) {
      return { open: reasonOf(error) };
    }
    const body = parsed(text);
    const problem = problemSchema.safeParse(body);
    // Away, overloaded, or in the dark itself: the same once more may know better.
    if (status >= 502 && status <= 504) return { open: problem.success ? problem.data.detail : `status ${status}` };
    if (problem.success) {
      const { type, detail, errors = [] } = problem.data;
      throw new RefusedByHostError(
        [`${status} ${type}: ${detail}`, ...errors.map(({ pointer, detail: each }) => `${pointer}: ${each}`)].join(
          '; ',
        ),
      );
    }
    const answer = shape.safeParse(body);
    if ((status === 200 || status === 202) && answer.success) return { answer: answer.data };
    throw new RefusedByHostError(`${this.url} answers ${status}, and not as a host of Isolith does`);
  }
}

/** What Node says of a connection stands in the cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = tellable(error);
  return cause === undefined ? message : tellable(cause).message || message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
