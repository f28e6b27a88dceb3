import { Agent, request } from 'node:http';
import { z } from 'zod';
import type { Fuzzed } from './fuzzed-requests.js';

const AT_ONCE = 8;
/** Nothing that is asked here takes a host so long, however busy its machine is. */
const HUNG_MS = 30_000;
const SHOWN = 300;

export interface FuzzVerdict {
  readonly sent: number;
  readonly right: number;
  /** By status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** One of each kind, with what was sent. */
  readonly findings: readonly string[];
}

const problem = z.object({ status: z.int(), errors: z.array(z.object({ pointer: z.string() })).default([]) });

/** Sends all, and holds every answer against what has to come of its request and against the document. */
export async function runFuzzed(url: string, token: string, requests: Iterable<Fuzzed>): Promise<FuzzVerdict> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses: Record<string, number> = {};
  const found = new Map<string, string>();
  let [sent, right] = [0, 0];
  const waiting = requests[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = waiting.next(); next.done !== true; next = waiting.next()) {
      const asked = next.value;
      sent += 1;
      if (asked.wrong === undefined) right += 1;
      const { status, body } = await answerTo(url, agent, token, asked);
      statuses[status] = (statuses[status] ?? 0) + 1;
      const finding = findingIn(asked, status, body);
      const of = `${asked.operation.call} ${asked.what}`;
      if (finding !== undefined) found.set(of, `${of}: ${status}, ${finding}; sent ${asked.body?.slice(0, SHOWN)}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  agent.destroy();
  return { sent, right, statuses, findings: [...found.values()] };
}

function findingIn({ operation, wrong }: Fuzzed, status: number, body: unknown): string | undefined {
  if (status === 0) return `no answer: ${String(body)}`;
  if (status >= 500) return JSON.stringify(body);
  const told = operation.wrongIn(status, body);
  if (told !== undefined) return told;
  if (wrong === undefined) return status < 300 ? undefined : `a right request was refused: ${JSON.stringify(body)}`;
  if (!wrong.statuses.includes(status)) return `expected ${wrong.statuses.join(' or ')}: ${JSON.stringify(body)}`;
  const { pointer } = wrong;
  // A path that is too long is refused before its parts are told apart.
  if (pointer === undefined || status === 414) return undefined;
  const named = problem.parse(body).errors.map((error) => error.pointer);
  return named.some((one) => one === pointer || one.startsWith(`${pointer}/`))
    ? undefined
    : `${pointer} is not named, but ${named.join(', ')}`;
}

function answerTo(
  url: string,
  agent: Agent,
  token: string,
  { operation, url: path, headers, body }: Fuzzed,
): Promise<{ readonly status: number; readonly body: unknown }> {
  return new Promise((resolve) => {
    const bytes = body === undefined ? undefined : Buffer.from(body);
    const call = request(
      url + path,
      {
        method: operation.method,
        agent,
        signal: AbortSignal.timeout(HUNG_MS),
        headers: {
          authorization: `Bearer ${token}`,
          ...headers,
          ...(bytes === undefined ? {} : { 'content-length': String(bytes.length) }),
        },
      },
      (answer) => {
        const pieces: Buffer[] = [];
        answer
          .on('data', (piece: Buffer) => void pieces.push(piece))
          .once('error', (error) => resolve({ status: 0, body: error.message }))
          .once('end', () => {
            const text = Buffer.concat(pieces).toString();
            const isJson = /json/.test(answer.headers['content-type'] ?? '');
            resolve({ status: answer.statusCode ?? 0, body: isJson ? JSON.parse(text) : text });
          });
      },
    );
    call.once('error', (error) => resolve({ status: 0, body: error.message }));
    call.end(bytes);
  });
}
