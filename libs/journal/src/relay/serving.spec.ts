import { describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { until } from '@isolith/message-bus/testing';
import { contextJournal } from '../context/context-journal.js';
import type { JournalBatch, JournalReader, RecordedEvent } from './journal-reader.js';
import { Serving } from './serving.js';

const event = (position: number): RecordedEvent => ({
  position,
  envelope: {
    specversion: '1.0',
    id: `event-${position}`,
    source: '/sales',
    type: 'sales.sold',
    time: new Date(0).toISOString(),
    subject: 'key',
    kind: 'event',
    schemaversion: 1,
    correlationid: 'c',
    principal: { service: 'sales', roles: [] },
    data: {},
  },
});
const nothing = (upTo: number): JournalBatch => ({ events: [], upTo, more: false });

/** Lets so many turns of promises pass. */
async function turns(count: number): Promise<void> {
  for (let nth = 0; nth < count; nth += 1) await Promise.resolve();
}

/**
 * Serves two events of one key; the second is read `later` turns after the first one was taken. Yields which were
 * delivered.
 */
async function serveTwo(later: number): Promise<readonly number[]> {
  const [taken, read, both] = [
    Promise.withResolvers<void>(),
    Promise.withResolvers<JournalBatch>(),
    Promise.withResolvers<void>(),
  ];
  const delivered: number[] = [];
  const reader: JournalReader = {
    readAfter: async (position) =>
      position === 0 ? { events: [event(1)], upTo: 1, more: true } : position === 1 ? read.promise : nothing(position),
    readKey: async () => nothing(2),
    end: async () => 2,
  };
  const serving = new Serving(
    {
      journal: contextJournal({ context: 'sales' }, () =>
        Promise.reject<DataSource>(new Error('it reads by its reader only')),
      ),
      subscriber: { context: 'mail', subscription: 'letters', types: ['sales.sold'], from: 'beginning' },
      reader,
      deliver: async ({ id }) => {
        delivered.push(Number(id.slice('event-'.length)));
        if (delivered.length === 1) await taken.promise;
        else both.resolve();
      },
      report: () => undefined,
      pollMs: 10,
      onFinished: () => undefined,
    },
    0,
  );
  serving.start();
  await turns(50);
  taken.resolve();
  await turns(later);
  read.resolve({ events: [event(2)], upTo: 2, more: false });
  // A lost event passes the watermark without having been delivered.
  await Promise.race([both.promise, until(() => serving.window.watermark() >= 2)]);
  await serving.finish(AbortSignal.timeout(1_000));
  return delivered;
}

describe('an event that is read while the one before it of its key is being finished', () => {
  it.each(Array.from({ length: 20 }, (_, later) => [later]))('is delivered, %i turns later', async (later) => {
    expect(await serveTwo(later)).toEqual([1, 2]);
  });
});
