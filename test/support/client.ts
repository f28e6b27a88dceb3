import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { problem, session, user } from './shapes.js';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface CallOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** The body as it is, for what is no JSON. */
  readonly raw?: string;
  /** Ends the waiting for the answer. */
  readonly signal?: AbortSignal;
}

const ASKED_AGAIN = 5;
const isInjected = ({ status, body }: Answer): boolean =>
  status === 504 && JSON.stringify(body).includes('(fault injected with seed ');

/** An HTTP client of the shop, anonymous or signed in. */
export class Client {
  constructor(
    readonly url: string,
    readonly token?: string,
    readonly userId?: string,
    /** Signs in anew, as whoever it is. */
    readonly again?: () => Promise<Client>,
  ) {}

  /**
   * Calls, and calls again while the answer says that a fault of parity mode leaves the outcome open: an attempt whose
   * answer was lost and a refusal that is kept nowhere are an unknown outcome together, which asking again makes known.
   */
  async call(method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> {
    let answer = await this.callOnce(method, path, body, options);
    for (let again = 0; again < ASKED_AGAIN && isInjected(answer); again += 1)
      answer = await this.callOnce(method, path, body, options);
    return answer;
  }

  private async callOnce(
    method: string,
    path: string,
    body: unknown,
    { headers = {}, raw, signal }: CallOptions,
  ): Promise<Answer> {
    const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(this.url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
      ...(signal === undefined ? {} : { signal }),
    });
    const isEndless = response.headers.get('content-type')?.startsWith('text/event-stream') ?? false;
    if (isEndless) await response.body?.cancel();
    const text = isEndless ? '' : await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  }

  get(path: string, options?: CallOptions): Promise<Answer> {
    return this.call('GET', path, undefined, options);
  }

  post(path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('POST', path, body, options);
  }

  patch(path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
    return this.call('PATCH', path, body, options);
  }

  /** Calls and insists on status and shape. */
  async expect<S extends z.ZodType>(status: number, shape: S, answer: Promise<Answer>): Promise<z.output<S>> {
    const { status: actual, body } = await answer;
    if (actual !== status) throw new Error(`expected ${status}, got ${actual}: ${JSON.stringify(body)}`);
    return shape.parse(body);
  }
}

/** Insists that an answer is a problem document with this status; returns it. */
export async function expectProblem(status: number, answer: Promise<Answer>): Promise<z.output<typeof problem>> {
  const { status: actual, headers, body } = await answer;
  if (actual !== status) throw new Error(`expected problem ${status}, got ${actual}: ${JSON.stringify(body)}`);
  if (!headers.get('content-type')?.startsWith('application/problem+json'))
    throw new Error(`no problem document but ${headers.get('content-type')}`);
  const document = problem.parse(body);
  if (document.status !== status) throw new Error(`status ${status} but the document says ${document.status}`);
  return document;
}

/** Signs in; the client that comes back sends the token with each call. */
export async function signIn(url: string, email: string, password: string): Promise<Client> {
  const anonymous = new Client(url);
  const { accessToken } = await anonymous.expect(201, session, anonymous.post('/v1/sessions', { email, password }));
  const signedIn = new Client(url, accessToken);
  const { id } = await signedIn.expect(200, user, signedIn.get('/v1/users/me'));
  return new Client(url, accessToken, id, () => signIn(url, email, password));
}

/** A new customer, signed in. */
export async function newCustomer(url: string): Promise<Client> {
  const anonymous = new Client(url);
  const email = `customer-${randomUUID()}@shop.example`;
  const password = `pass-${randomUUID()}`;
  await anonymous.expect(201, user, anonymous.post('/v1/users', { email, password, name: 'Ada Customer' }));
  return signIn(url, email, password);
}
