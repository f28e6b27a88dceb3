import { afterEach, describe, expect, it } from '@jest/globals';
import { Module, type INestMicroservice } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InProcessTransport, MessageRouter } from '../index.js';
import { Taken } from '../testing/fixtures/hosts.js';
import { eventEnvelope } from '../testing/index.js';
import { HostLifecycle, HostListener, MessageBusModule } from './index.js';

const at = { lane: 'subscription', context: 'shop', subscription: 'watch' } as const;
const { signal } = new AbortController();

let gate: PromiseWithResolvers<void>;
let app: INestMicroservice;
let steps: string[];

/** Starts a host whose one event handler runs, and waits for the gate. */
async function reacting(shutdownGraceMs: number): Promise<void> {
  [gate, steps] = [Promise.withResolvers<void>(), []];
  const started = Promise.withResolvers<void>();
  const remote = new InProcessTransport();
  @Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['shop'] }, remote, shutdownGraceMs })] })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const invoke = async (): Promise<void> => {
    started.resolve();
    await gate.promise;
    steps.push('reacted');
  };
  module
    .get(MessageRouter)
    .subscribe({ ...at, events: [Taken.contract], from: 'now' }, [{ event: Taken, by: 'OnTaken', invoke }]);
  app = module.createNestMicroservice({ strategy: module.get(HostListener), logger: false });
  module.get(HostLifecycle).join({
    name: 'another part',
    drain: async () => void steps.push('drains'),
    close: async () => void steps.push('closes'),
  });
  await app.listen();
  const event = { ...eventEnvelope('stock', 'mug', { sku: 'mug', tags: [] }), type: 'stock.taken', schemaversion: 1 };
  remote.send([event], at, signal).catch(() => undefined);
  await started.promise;
}

afterEach(() => {
  gate.resolve();
});

describe('a host that consumes from others and stops', () => {
  it('waits for what it consumes no longer than its grace', async () => {
    await reacting(30);
    await app.close();
    expect(steps).toEqual(['drains', 'closes']);
  });

  it('lets what it consumes finish, while its other parts drain, before anything closes', async () => {
    await reacting(60_000);
    const closing = app.close();
    gate.resolve();
    await closing;
    expect(steps).toEqual(expect.arrayContaining(['reacted', 'drains']));
    expect(steps.at(-1)).toBe('closes');
    expect(steps).toHaveLength(3);
  });
});
