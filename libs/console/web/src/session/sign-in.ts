import * as z from 'zod/mini';
import { linkToken, signedIn, type Config } from '../api/answers/config.js';
import { readJson, refusalOf } from '../api/client.js';
import { NoAnswer, UnreadableAnswer } from '../api/problem.js';
import type { Token } from './session.js';

/** How operators come by a token: by a link that works once, or by the shop's own sign-in. */
export class SignIn {
  constructor(
    /** The address of these pages. */
    private readonly base: string,
    private readonly ask: typeof fetch = (...request) => fetch(...request),
  ) {}

  /**
   * @throws {Refused} a link that was used, or is too old
   * @throws {NoAnswer}
   */
  async byLink(link: string): Promise<Token> {
    const { token, expiresAt } = await this.#post(new URL('session', this.base), { link }, linkToken);
    const at = typeof expiresAt === 'number' ? expiresAt : Date.parse(expiresAt);
    return { token, ...(Number.isNaN(at) ? {} : { expiresAt: at }) };
  }

  /**
   * @throws {Refused} a wrong password
   * @throws {NoAnswer}
   */
  async byPassword({ url }: NonNullable<Config['signIn']>, email: string, password: string): Promise<Token> {
    const { accessToken, expiresIn } = await this.#post(new URL(url, this.base), { email, password }, signedIn);
    return { token: accessToken, ...(expiresIn === undefined ? {} : { expiresAt: Date.now() + expiresIn * 1_000 }) };
  }

  async #post<T>(address: URL, body: object, schema: z.ZodMiniType<T>): Promise<T> {
    const text = await this.ask(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
    }).then(
      async (answer) => ({ answer, text: await answer.text() }),
      () => {
        throw new NoAnswer();
      },
    );
    const read = readJson(text.text);
    if (!text.answer.ok) throw refusalOf(text.answer.status, read);
    const parsed = schema.safeParse(read);
    if (!parsed.success) throw new UnreadableAnswer(address.pathname, 'there is no token in it');
    return parsed.data;
  }
}
