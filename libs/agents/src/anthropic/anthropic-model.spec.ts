import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ModelUnavailableError, type ModelRequest } from '../model/model.js';
import { openModelServer, type ModelServer } from '../testing/index.js';
import { anthropicModel } from './index.js';

const request = (bytes: number): ModelRequest => ({
  model: 'claude-small',
  instructions: 'Be brief.',
  messages: [{ role: 'user', content: [{ type: 'text', text: 'x'.repeat(bytes) }] }],
  tools: [],
  maxOutputTokens: 100,
});
const { signal } = new AbortController();

let server: ModelServer;
let counts: 'answered' | 'busy';
beforeEach(async () => {
  counts = 'answered';
  server = await openModelServer({
    script: () => ({ say: 'Yes.' }),
    faults: (_nth, what) => (what === 'count' && counts === 'busy' ? { kind: 'status', status: 529 } : undefined),
  });
});
afterEach(() => server.close());

const model = (more: { readonly countAboveBytes?: number } = {}) =>
  anthropicModel({ apiKey: server.key, baseUrl: server.url, ...more });

describe("Anthropic's model", () => {
  it('counts a small request by itself, and has a large one counted', async () => {
    expect(await model().inputTokensAtMost(request(5_000), signal)).toBeGreaterThan(5_000);
    expect(server.count).toBe(0);
    const counted = await model().inputTokensAtMost(request(20_000), signal);
    expect(server.count).toBe(1);
    expect(counted).toBeGreaterThan(5_000);
    expect(counted).toBeLessThan(10_000);
    await model({ countAboveBytes: 100 }).inputTokensAtMost(request(200), signal);
    expect(server.count).toBe(2);
  });

  it('does not make up a count that it did not get', async () => {
    counts = 'busy';
    await expect(model().inputTokensAtMost(request(20_000), signal)).rejects.toThrow(ModelUnavailableError);
    expect(server.count).toBe(1);
  });

  it('leaves nothing at a signal that lives longer than its asks', async () => {
    const long = new AbortController();
    for (let nth = 0; nth < 3; nth += 1) await model().ask(request(10), long.signal);
    server.fail({ kind: 'status', status: 500 }, { kind: 'cut', afterEvents: 3 });
    for (let nth = 0; nth < 2; nth += 1)
      await expect(model().ask(request(10), long.signal)).rejects.toThrow(ModelUnavailableError);
    expect(getEventListeners(long.signal, 'abort')).toEqual([]);
  });

  it('goes where it is told to, and says nothing, whatever the environment has', async () => {
    const before = { ...process.env };
    Object.assign(process.env, {
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:1',
      ANTHROPIC_API_KEY: 'other',
      ANTHROPIC_AUTH_TOKEN: 'other',
      ANTHROPIC_LOG: 'debug',
    });
    const lines: unknown[] = [];
    const { log, debug, info, warn, error } = console;
    const keep = (...said: unknown[]): void => void lines.push(said);
    Object.assign(console, { log: keep, debug: keep, info: keep, warn: keep, error: keep });
    try {
      const asked = model();
      server.fail({ kind: 'status', status: 500 });
      await expect(asked.ask(request(10), signal)).rejects.toThrow(ModelUnavailableError);
      expect(await asked.ask(request(10), signal)).toMatchObject({ stop: 'done' });
    } finally {
      Object.assign(console, { log, debug, info, warn, error });
      process.env = before;
    }
    expect(lines).toEqual([]);
  });
});
