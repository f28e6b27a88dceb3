import { Agent, request } from 'node:http';

/** One request of a mix. */
export interface Wanted {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What became of a request: its last status (0: no answer), and how long that answer took in milliseconds. */
export interface Answered {
  readonly status: number;
  readonly ms: number;
  /** Milliseconds since the load began. */
  readonly at: number;
}

export interface OpenLoop {
  readonly url: string;
  /** Requests a second, evenly, whatever is answered. */
  readonly perSecond: number;
  readonly seconds: number;
  readonly next: () => Wanted;
  /** A client that asks again at once, so often, when it gets a 503. */
  readonly retries?: number;
}

/** More are never under way: a host that answers nothing must not fill the memory of who asks. */
const MOST_UNDER_WAY = 4_000;
const TICK_MS = 5;

/** Asks at a rate that does not wait for answers, as many clients together do. */
export async function openLoop({ url, perSecond, seconds, next, retries = 0 }: OpenLoop): Promise<readonly Answered[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: MOST_UNDER_WAY });
  const answers: Answered[] = [];
  const began = performance.now();
  const underWay = new Set<Promise<void>>();
  const ask = async (wanted: Wanted, left: number): Promise<void> => {
    const sent = performance.now();
    const status = await statusOf(url, agent, wanted);
    answers.push({ status, ms: performance.now() - sent, at: sent - began });
    if (status === 503 && left > 0) await ask(wanted, left - 1);
  };
  let asked = 0;
  while (performance.now() - began < seconds * 1_000) {
    const due = ((performance.now() - began) / 1_000) * perSecond;
    for (; asked < due; asked += 1) {
      if (underWay.size >= MOST_UNDER_WAY) continue;
      const one = ask(next(), retries);
      underWay.add(one);
      void one.finally(() => underWay.delete(one));
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
  await Promise.all(underWay);
  agent.destroy();
  return answers;
}

function statusOf(url: string, agent: Agent, { method, path, headers, body }: Wanted): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(new URL(path, url), { agent, method, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(response.statusCode ?? 0)).once('error', () => resolve(0));
    });
    sent.once('error', () => resolve(0));
    sent.end(body);
  });
}
