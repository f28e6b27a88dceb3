import { describe, expect, it } from '@jest/globals';
import { LiveStream } from './live-stream.js';
import type { LiveView } from './live-view.js';

const view = (sagas: number, more: Partial<LiveView> = {}): LiveView => ({
  at: '2026-01-01T00:00:00Z',
  hosts: [],
  edges: [],
  attention: { sagas, parked: 0, waiting: 0, unreachable: [], openCircuits: 0 },
  ...more,
});

function streamed() {
  let now = 0;
  const stream = new LiveStream(() => now);
  const said = (): string => String(stream.read() ?? '');
  return { stream, said, after: (ms: number) => (now += ms) };
}

describe('a stream of what is live', () => {
  it('begins with all, goes on with what changed, and numbers each event', () => {
    const { stream, said } = streamed();
    stream.tell(view(0));
    expect(said()).toBe(`id: 1\nevent: snapshot\ndata: ${JSON.stringify(view(0))}\n\n`);
    stream.tell(view(0));
    expect(said()).toBe('');
    stream.tell(view(1));
    expect(said()).toBe(
      `id: 2\nevent: change\ndata: ${JSON.stringify({ at: view(1).at, attention: view(1).attention })}\n\n`,
    );
  });

  it('says every 15 s that it is there, where nothing changes', () => {
    const { stream, said, after } = streamed();
    stream.tell(view(0));
    said();
    after(14_999);
    stream.tell(view(0));
    expect(said()).toBe('');
    after(1);
    stream.tell(view(0));
    expect(said()).toBe(': still here\n\n');
  });

  it('says why it ends', () => {
    const { stream, said } = streamed();
    stream.tell(view(0));
    said();
    stream.endWith('the host is stopping');
    expect(said()).toBe('id: 2\nevent: end\ndata: {"reason":"the host is stopping"}\n\n');
    stream.tell(view(1));
    stream.endWith('once more');
    expect(stream.read()).toBeNull();
  });

  it('keeps a bounded amount for a client that reads slowly, tells it the latest, and lets go of one that is gone', () => {
    const { stream, said, after } = streamed();
    const long = view(0, { at: 'x'.repeat(300_000) });
    stream.tell(long);
    stream.tell(view(1));
    stream.tell(view(2));
    expect(stream.readableLength).toBeLessThan(301_000);
    expect(said()).toContain('event: snapshot');
    stream.tell(view(3));
    expect(said()).toContain('"sagas":3');
    stream.tell({ ...long, attention: view(4).attention });
    expect(stream.destroyed).toBe(false);
    stream.tell({ ...view(5), hosts: [], edges: [], at: 'x'.repeat(300_000) });
    after(30_001);
    stream.tell(view(6));
    expect(stream.destroyed).toBe(true);
  });
});
