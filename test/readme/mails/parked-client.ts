/** Calls of an operator; `token` is that of somebody with role `admin`. */
export function actuator(host: string, token: string) {
  const call = async (method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> => {
    const json = body === undefined ? {} : { body: JSON.stringify(body) };
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${host}/actuator/parked${path}`, { method, headers, ...json });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  return {
    get: (path: string) => call('GET', path),
    post: (path: string, body?: object) => call('POST', path, body),
  };
}
