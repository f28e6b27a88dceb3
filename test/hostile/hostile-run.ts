import { Agent, request } from 'node:http';
import type { Client } from '../support/client.js';
import { sampleOf, type HostSample } from './host-samples.js';
import type { HostileRequest } from './hostile-requests.js';

/** The longest pause of the host's event loop that a request may be followed by. */
const LONGEST_PAUSE_MS = 50;
const BATCH = 50;
const AT_ONCE = 4;

export interface HostileReport {
  readonly sent: number;
  /** Answers by status; `reset` where the host closed without one, as it does on what it won't read to the end. */
  readonly statuses: Readonly<Record<string, number>>;
  /** What was answered with 5xx. */
  readonly faults: readonly string[];
  /** Pauses that came back each of three times that one request of their batch was sent alone. */
  readonly pauses: readonly string[];
  readonly longestPauseMs: number;
  /**
   * Batches after which the event loop had stood still for longer, whoever was at fault; each of their requests was
   * sent alone.
   */
  readonly suspected: number;
  /** Requests that the host says it has answered or refused meanwhile. */
  readonly counted: number;
}

/**
 * Sends the requests to a shop in batches and asks its metrics after each how long its event loop stood still. A pause
 * is one only if it comes back each time that one of the requests is sent alone: on a busy machine the process is not
 * always given its processor. Without `findsPauses` none is looked for.
 */
export async function sendHostile(
  admin: Client,
  requests: Iterable<HostileRequest>,
  { findsPauses = true } = {},
): Promise<HostileReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const statuses: Record<string, number> = {};
  const [faults, pauses]: [string[], string[]] = [[], []];
  let [sent, longestPauseMs, repeated, suspected] = [0, 0, 0, 0];
  const metrics = (): Promise<HostSample> => sampleOf(admin.url, admin.token ?? '');
  const before = (await metrics()).served;
  const send = async (batch: readonly HostileRequest[], isFirst: boolean): Promise<number> => {
    await metrics();
    const waiting = [...batch];
    const worker = async (): Promise<void> => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
        const status = await statusOf(admin.url, agent, one);
        if (isFirst) statuses[status] = (statuses[status] ?? 0) + 1;
        if (Number(status) >= 500) faults.push(`${status} ${one.what}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return (await metrics()).pauseMs;
  };
  /** The shortest of up to three pauses that this request is followed by when it comes alone. */
  const pauseOf = async (one: HostileRequest): Promise<number> => {
    let pauseMs = Infinity;
    for (let tries = 0; tries < 3 && pauseMs >= LONGEST_PAUSE_MS; tries += 1) {
      repeated += 1;
      pauseMs = Math.min(pauseMs, await send([one], false));
    }
    return pauseMs;
  };
  const perform = async (batch: readonly HostileRequest[]): Promise<void> => {
    const together = await send(batch, true);
    sent += batch.length;
    if (together < LONGEST_PAUSE_MS || !findsPauses) {
      longestPauseMs = Math.max(longestPauseMs, together);
      return;
    }
    suspected += 1;
    for (const one of batch) {
      const pauseMs = await pauseOf(one);
      longestPauseMs = Math.max(longestPauseMs, pauseMs);
      if (pauseMs >= LONGEST_PAUSE_MS) pauses.push(`${Math.round(pauseMs)} ms after ${one.what}`);
    }
  };
  const batch: HostileRequest[] = [];
  for (const one of requests) {
    batch.push(one);
    if (batch.length === BATCH) await perform(batch.splice(0));
  }
  if (batch.length > 0) await perform(batch);
  agent.destroy();
  const counted = (await metrics()).served - before - repeated;
  return { sent, statuses, faults, pauses, longestPauseMs, suspected, counted };
}

function statusOf(url: string, agent: Agent, { method, path, headers, body }: HostileRequest): Promise<string> {
  return new Promise((resolve) => {
    const length = body === undefined ? {} : { 'content-length': String(body.length) };
    const call = request(url + path, { method, agent, headers: { ...headers, ...length } }, (answer) => {
      answer.resume().once('close', () => resolve(String(answer.statusCode)));
    });
    call.once('error', () => resolve('reset'));
    call.end(body);
  });
}
