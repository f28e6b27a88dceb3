/** One request to RabbitMQ's management API; rejects unless it is answered with success. */
export async function manage(
  method: 'GET' | 'PUT' | 'DELETE',
  path: readonly string[],
  body?: object,
): Promise<unknown> {
  const url = managementUrl();
  const credentials = Buffer.from(`${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`).toString(
    'base64',
  );
  const target = new URL(`/api/${path.map(encodeURIComponent).join('/')}`, url.origin);
  const answer = await fetch(target, {
    method,
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(15_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`the broker answered ${answer.status} to ${method} ${target.pathname}: ${text}`);
  return text === '' ? undefined : JSON.parse(text);
}

export const managementUser = (): string => decodeURIComponent(managementUrl().username);

function managementUrl(): URL {
  const given = process.env['ISOLITH_TEST_MANAGEMENT_URL'];
  if (given === undefined || !URL.canParse(given))
    throw new Error('ISOLITH_TEST_MANAGEMENT_URL: missing or no URL; run `npm run services -- exec npm run jest -- …`');
  return new URL(given);
}
