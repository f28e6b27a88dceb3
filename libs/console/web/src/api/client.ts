import * as z from 'zod/mini';
import type { Session } from '../session/session.js';
import { NoAnswer, problemBody, Refused, UnreadableAnswer } from './problem.js';

export type Query = Readonly<Record<string, string | number | undefined>>;

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Names are put into a path as they are, whatever is in them. */
export const path = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');

export function withQuery(where: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? where : `${where}?${text}`;
}

/** Asks the host that served these pages, as the operator who is signed in. */
export class Client {
  constructor(
    private readonly session: Session,
    /** The address of these pages. */
    private readonly base: string,
    private readonly ask: typeof fetch = (...request) => fetch(...request),
  ) {}

  /** The address of an endpoint. */
  actuator(where: string): URL {
    return new URL(`../actuator/${where}`, this.base);
  }

  get<T>(where: string, answer: z.ZodMiniType<T>, signal?: AbortSignal): Promise<T> {
    return this.#answer({ method: 'GET', path: where, signal }, answer);
  }

  /** @param key makes one command of requests that are the same */
  post<T>(where: string, body: unknown, answer: z.ZodMiniType<T>, key: string): Promise<T> {
    return this.#answer({ method: 'POST', path: where, body, key }, answer);
  }

  async #answer<T>(sent: Sent, schema: z.ZodMiniType<T>): Promise<T> {
    const answer = await this.#send(sent);
    const text = await answer.text().catch(() => {
      throw new NoAnswer();
    });
    const read = readJson(text);
    if (!answer.ok) throw refusalOf(answer.status, read);
    const parsed = schema.safeParse(read);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new UnreadableAnswer(
      `/actuator/${sent.path}`,
      `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim(),
    );
  }

  /** Once more with the next token, when this one was refused: whoever waits keeps their page meanwhile. */
  async #send(sent: Sent): Promise<Response> {
    const { token } = this.session;
    const answer = await this.#request(sent, token);
    if (answer.status !== 401) return answer;
    this.session.expire(token);
    return this.#request(sent, await this.session.renewed(sent.signal));
  }

  async #request({ method, path: where, body, key, signal }: Sent, token: string | undefined): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (key !== undefined) headers['idempotency-key'] = key;
    if (body !== undefined) headers['content-type'] = 'application/json';
    const how: RequestInit = { method, headers, cache: 'no-store', credentials: 'omit' };
    if (body !== undefined) how.body = JSON.stringify(body);
    if (signal !== undefined) how.signal = signal;
    try {
      return await this.ask(this.actuator(where), how);
    } catch (error) {
      if (signal?.aborted === true) throw error;
      throw new NoAnswer();
    }
  }
}

/** Nothing, where there is none; undefined, too, where it is no JSON, which no schema takes that expects something. */
export function readJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function refusalOf(status: number, body: unknown): Refused {
  const problem = problemBody.safeParse(body);
  if (!problem.success) return new Refused(status, 'unknown', `The host answered ${status} without saying why.`);
  const { type, detail, errors } = problem.data;
  return new Refused(status, type, detail, errors);
}
