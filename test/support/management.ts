import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

const LIMIT_MS = 15_000;
const AGAIN_MS = 200;

const managementUrl = z.url({ protocol: /^https?$/ });

/**
 * One request to RabbitMQ's management API; rejects unless it is answered with success.
 * @returns the parsed body, undefined when there is none
 */
export async function manage(
  method: 'GET' | 'PUT' | 'DELETE',
  path: readonly string[],
  body?: object,
): Promise<unknown> {
  const parsed = managementUrl.safeParse(process.env['ISOLITH_TEST_MANAGEMENT_URL']);
  if (!parsed.success) {
    throw new Error(
      'ISOLITH_TEST_MANAGEMENT_URL: missing or no URL; the broker under test needs its management API, for a virtual host per spec file',
    );
  }
  const url = new URL(parsed.data);
  const credentials = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString(
    'base64',
  );
  const target = new URL(`/api/${path.map(encodeURIComponent).join('/')}`, url.origin);
  const ask = (): Promise<Response> =>
    fetch(target, {
      method,
      headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(LIMIT_MS),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const answer = method === 'GET' ? await ask() : await reached(ask);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the broker answered ${answer.status} to ${method} ${target.pathname}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

/** A broker that has just come back is managed later than it takes messages. What is changed may be changed twice. */
async function reached(ask: () => Promise<Response>): Promise<Response> {
  const giveUpAt = Date.now() + LIMIT_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await pause(AGAIN_MS);
    }
  }
}

/** The account that the management URL names. */
export function managementUser(): string {
  return decodeURIComponent(new URL(managementUrl.parse(process.env['ISOLITH_TEST_MANAGEMENT_URL'])).username);
}
