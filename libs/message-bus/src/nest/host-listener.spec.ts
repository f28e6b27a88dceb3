import { afterEach, describe, expect, it } from '@jest/globals';
import { Module, type INestMicroservice } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { InProcessTransport, MessageRouter } from '../index.js';
import { Taken } from '../testing/fixtures/hosts.js';
import { signedPlainly } from '../testing/fixtures/plain-signer.js';
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
  const remote = signedPlainly(new InProcessTransport());
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
  remote.send(event, at, signal).catch(() => undefined);
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

describe('a host that is to take what comes from others', () => {
  const host = async (): Promise<TestingModule> => {
    const remote = signedPlainly(new InProcessTransport());
    @Module({ imports: [MessageBusModule.forRoot({ placement: { here: ['shop'] }, remote })] })
    class AppModule {}
    return Test.createTestingModule({ imports: [AppModule] }).compile();
  };

  it('does so at the end of its start, without being told', async () => {
    const module = await host();
    const listener = module.get(HostListener);
    expect(listener.listening).toBe(false);
    await module.init();
    expect(listener.listening).toBe(true);
    await module.close();
  });

  it('leaves the moment to Nest as a microservice', async () => {
    const module = await host();
    const listener = module.get(HostListener).asMicroservice();
    const running = module.createNestMicroservice({ strategy: listener, logger: false });
    await running.init();
    expect(listener.listening).toBe(false);
    await running.listen();
    expect(listener.listening).toBe(true);
    await running.close();
    expect(listener.listening).toBe(false);
  });

  it('is refused with a transport that takes every sender at its word', () => {
    const remote = new InProcessTransport();
    const options: object = { placement: { here: ['shop'] }, remote };
    expect(() => Reflect.apply(Reflect.get(MessageBusModule, 'forRoot'), MessageBusModule, [options])).toThrow(
      'remote takes every sender at its word; give it as new SignedTransport(remote, signer, …)',
    );
  });
});
