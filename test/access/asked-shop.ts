import { createHmac, randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { parseConfig } from '@isolith/isolith';
import { AccessTokens, deriveKeys, edgeAdapter, KEY_SOURCE, type KeySource } from '@isolith/isolith/http';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { AppModule } from '../../src/app.module.js';
import { serveOpenApi } from '../../src/gateway/open-api.js';
import { shop } from '../../src/shop.js';
import { eventually } from '../support/eventually.js';
import { address } from '../support/shop.js';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

const PASSWORD = 'a password that nobody guesses';
const ADMIN = { email: 'admin@access.example', password: PASSWORD };
const LONG_AGO_MS = 24 * 60 * 60 * 1_000;

const session = z.object({ accessToken: z.string(), refreshToken: z.string() });
const named = z.object({ id: z.string() });

interface Person {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
  readonly refreshToken: string;
}

/** The whole shop in this process, with people of every kind in it. */
export class AskedShop {
  readonly adapter = edgeAdapter();
  readonly #app: NestFastifyApplication;

  private constructor(app: NestFastifyApplication, adapter: AskedShop['adapter']) {
    this.#app = app;
    this.adapter = adapter;
  }

  static async open(dataDir: string, variables: Readonly<Record<string, string>> = {}): Promise<AskedShop> {
    const adapter = edgeAdapter();
    const { config, violations } = parseConfig(shop, {
      DATA_DIR: dataDir,
      RATE_LIMIT: 'off',
      OPERATIONS_RATE_LIMIT: 'off',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
      ...variables,
    });
    if (violations.length > 0) throw new Error(violations.join('; '));
    const module = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(adapter, { bodyParser: false, logger: false });
    serveOpenApi(app);
    await app.init();
    return new AskedShop(app, adapter);
  }

  /** A provider of the shop, by its class. */
  part<T>(of: Type<T>): T {
    return this.#app.get(of, { strict: false });
  }

  close(): Promise<void> {
    return this.#app.close();
  }

  async ask(method: Method, url: string, token?: string, body?: unknown) {
    const answer = await this.#app.inject({
      method,
      url,
      headers: {
        'idempotency-key': randomUUID(),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // Its protocol asks for both, of every request.
        ...(url === '/mcp' ? { accept: 'application/json, text/event-stream' } : {}),
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
      payloadAsStream: true,
    });
    const isEndless = String(answer.headers['content-type']).startsWith('text/event-stream');
    if (isEndless) answer.stream().destroy();
    return { status: answer.statusCode, body: isEndless ? '' : await text(answer.stream()) };
  }

  /** What a stream of events begins with; nobody reads on. */
  async firstEvent(url: string, token: string): Promise<string> {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await this.#app.inject({ method: 'GET', url, headers, payloadAsStream: true });
    let heard = '';
    for await (const chunk of answer.stream()) {
      heard += String(chunk);
      if (heard.includes('\n\n')) break;
    }
    return heard;
  }

  async #done<S extends z.ZodType>(shape: S, asked: ReturnType<AskedShop['ask']>): Promise<z.output<S>> {
    const { status, body } = await asked;
    if (status >= 300) throw new Error(`the shop of the test said ${status}: ${body}`);
    return shape.parse(JSON.parse(body));
  }

  admin(): Promise<Person> {
    return this.signIn('', ADMIN.email);
  }

  async person(admin: Person, ...roles: readonly string[]): Promise<Person> {
    const email = `${randomUUID()}@access.example`;
    const { id } = await this.#done(
      named,
      this.ask('POST', '/v1/users', undefined, { email, password: PASSWORD, name: 'P' }),
    );
    if (roles.length > 0) await this.#done(named, this.ask('PATCH', `/v1/users/${id}`, admin.accessToken, { roles }));
    return this.signIn(id, email);
  }

  async signIn(id: string, email: string): Promise<Person> {
    const tokens = await this.#done(
      session,
      this.ask('POST', '/v1/sessions', undefined, { email, password: PASSWORD }),
    );
    return { id, email, ...tokens };
  }

  /** Of a person who has signed out. */
  async endedToken(admin: Person): Promise<string> {
    const { accessToken } = await this.person(admin);
    await this.ask('DELETE', '/v1/sessions', accessToken);
    return accessToken;
  }

  /** Of a person who was an admin when it was made. */
  async demotedToken(admin: Person): Promise<string> {
    const { id, accessToken } = await this.person(admin, 'admin');
    await this.#done(named, this.ask('PATCH', `/v1/users/${id}`, admin.accessToken, { roles: ['customer'] }));
    return accessToken;
  }

  get password(): string {
    return PASSWORD;
  }

  async product(admin: Person, onStock: number): Promise<string> {
    const sku = `A-${randomUUID().slice(0, 8).toUpperCase()}`;
    const product = { sku, name: 'Thing', priceMinor: 100, currency: 'EUR' };
    await this.#done(z.object({}), this.ask('POST', '/v1/products', admin.accessToken, product));
    await this.#done(
      z.object({}),
      this.ask('POST', `/v1/inventory/${sku}/receipts`, admin.accessToken, { quantity: onStock }),
    );
    return sku;
  }

  /** An order whose checkout has ended well. */
  async order(customer: Person, sku: string): Promise<string> {
    const wanted = { lines: [{ sku, quantity: 1 }], paymentToken: 'tok_ok', address };
    const { id } = await this.#done(named, this.ask('POST', '/v1/orders', customer.accessToken, wanted));
    const look = () =>
      this.#done(z.object({ status: z.string() }), this.ask('GET', `/v1/orders/${id}`, customer.accessToken));
    await eventually(`order ${id} is confirmed`, look, ({ status }) => status === 'confirmed');
    return id;
  }

  async conversation({ accessToken }: Person): Promise<string> {
    const { id } = await this.#done(named, this.ask('POST', '/v1/assistant/conversations', accessToken, {}));
    return id;
  }

  /** What an admin could send to be let in, and must not be. */
  badTokens(admin: Person) {
    const keys = this.#app.get<KeySource>(KEY_SOURCE, { strict: false });
    const [, claims = ''] = admin.accessToken.split('.');
    const { sub, sid } = z
      .object({ sub: z.string(), sid: z.string() })
      .parse(JSON.parse(Buffer.from(claims, 'base64url').toString()));
    const whom = { user: sub, roles: ['admin'], session: sid };
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url');
    return {
      expired: new AccessTokens(keys, () => Date.now() - LONG_AGO_MS).issue(whom),
      forged: new AccessTokens(deriveKeys('another secret, which is as long as that')).issue(whom),
      'alg-none': `${unsigned}.${claims}.`,
      'none-hmac': `${unsigned}.${claims}.${createHmac('sha256', '').update(`${unsigned}.${claims}`).digest('base64url')}`,
      refresh: admin.refreshToken,
    };
  }
}
