import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module, type INestApplicationContext, type LoggerService } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { HostLifecycle, MessageBusModule, StartRefusedError, type HostParticipant, type HostStage } from './index.js';

let steps: string[];
let logged: string[];
let app: INestApplicationContext;

beforeEach(() => {
  steps = [];
  logged = [];
});
afterEach(() => app.close());

const log = (message: unknown): void => void logged.push(String(message));
const logger: LoggerService = { log: () => undefined, warn: log, error: log };

function part(name: string, more: Partial<HostParticipant> = {}): HostParticipant {
  const note = (step: string) => async (): Promise<void> => void steps.push(`${name} ${step}`);
  return { name, open: note('open'), start: note('start'), drain: note('drain'), close: note('close'), ...more };
}

async function host(...parts: readonly HostParticipant[]): Promise<INestApplicationContext> {
  @Injectable()
  class Parts {
    constructor(lifecycle: HostLifecycle) {
      for (const each of parts) lifecycle.join(each);
    }
  }
  @Module({ imports: [MessageBusModule.forRoot({ placement: { here: [] }, shutdownGraceMs: 30 })], providers: [Parts] })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(logger);
  app = module;
  return module;
}

const fails = (step: string) => async (): Promise<void> => {
  steps.push(step);
  throw new Error(`${step} failed`);
};

describe('the order of a host', () => {
  it('is that of the stages, and of joining within one, however its parts have joined', async () => {
    const only = (name: string, stage?: HostStage): HostParticipant => part(name, stage === undefined ? {} : { stage });
    const context = await host(
      only('report', 'report'),
      only('an application'),
      only('sagas', 'processes'),
      only('first keys', 'keys'),
      only('journal', 'data'),
      only('second keys', 'keys'),
    );
    await context.init();
    const inOrder = ['journal', 'first keys', 'second keys', 'sagas', 'an application', 'report'];
    expect(steps).toEqual([...inOrder.map((name) => `${name} open`), ...inOrder.map((name) => `${name} start`)]);
    steps = [];
    await context.close();
    const lastFirst = inOrder.toReversed();
    expect(steps).toEqual([...lastFirst.map((name) => `${name} drain`), ...lastFirst.map((name) => `${name} close`)]);
  });
});

describe("a host that can't start", () => {
  it('says everything that is wrong, once, before anything is opened', async () => {
    const context = await host(
      part('a', { verify: () => ['one', 'two'] }),
      part('b'),
      part('c', { verify: () => ['two', 'three'] }),
    );
    const refusal = await context.init().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(refusal).toMatchObject({
      violations: ['one', 'two', 'three'],
      message: 'the host refuses to start:\n  - one\n  - two\n  - three',
    });
    await context.close();
    expect(steps).toEqual([]);
  });

  it("fails its init when a part can't open, opens no other, and closes what it had opened", async () => {
    const context = await host(part('a'), part('b', { open: fails('b open') }), part('c'));
    await expect(context.init()).rejects.toThrow('b open failed');
    expect(steps).toEqual(['a open', 'b open']);
    await context.close();
    expect(steps.slice(2)).toEqual(['b drain', 'a drain', 'b close', 'a close']);
  });

  it("fails its init when a part can't start", async () => {
    const context = await host(part('a'), part('b', { start: fails('b start') }), part('c'));
    await expect(context.init()).rejects.toThrow('b start failed');
    expect(steps).toEqual(['a open', 'b open', 'c open', 'a start', 'b start']);
    expect(context.get(HostLifecycle).phase).toBe('open');
  });
});

describe('a host that stops', () => {
  it('stops all its parts, also those beside one that fails to', async () => {
    const context = await host(part('a'), part('b', { drain: fails('b drain'), close: fails('b close') }), part('c'));
    await context.init();
    steps.length = 0;
    await context.close();
    expect(steps).toEqual(['c drain', 'b drain', 'a drain', 'c close', 'b close', 'a close']);
    expect(logged).toEqual(['b failed to drain', 'b failed to close']);
  });

  it('waits for one that hangs no longer than its grace and a moment more', async () => {
    const signals: boolean[] = [];
    const hangs = (signal: AbortSignal): Promise<void> =>
      new Promise(() => signal.addEventListener('abort', () => signals.push(signal.aborted)));
    const late = async (signal: AbortSignal): Promise<void> => void signals.push(signal.aborted);
    const context = await host(part('a', { drain: late }), part('b', { drain: hangs }));
    await context.init();
    steps.length = 0;
    await context.close();
    expect(signals).toEqual([true, true]);
    expect(steps).toEqual(['b close', 'a close']);
    expect(logged).toEqual(['b still runs after the grace of 30 ms']);
  });

  it('lets one that heeds its signal return', async () => {
    const heeds = (signal: AbortSignal): Promise<void> =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => setTimeout(() => resolve(void steps.push('b handed back')), 5)),
      );
    const context = await host(part('a'), part('b', { drain: heeds }));
    await context.init();
    steps.length = 0;
    await context.close();
    expect(steps).toEqual(['b handed back', 'a drain', 'b close', 'a close']);
    expect(logged).toEqual([]);
  });
});

describe('the grace', () => {
  it('begins with the stop: what Nest closes before the parts drain uses it up too', async () => {
    const aborted: boolean[] = [];
    const context = await host(part('a', { drain: async (signal) => void aborted.push(signal.aborted) }));
    await context.init();
    context.get(HostLifecycle).beforeApplicationShutdown();
    // As long as the grace and begun later: it ends later.
    await new Promise((resolve) => setTimeout(resolve, 30));
    await context.close();
    expect(aborted).toEqual([true]);
  });
});

describe('the phases', () => {
  it('are shown to whoever asks, and the beginning of the end is a signal', async () => {
    const phases: string[] = [];
    const note = async (): Promise<void> => void phases.push(app.get(HostLifecycle).phase);
    const context = await host(
      part('a', { verify: () => (void note(), []), open: note, start: note, drain: note, close: note }),
    );
    const lifecycle = context.get(HostLifecycle);
    await context.init();
    expect([lifecycle.phase, lifecycle.draining.aborted]).toEqual(['started', false]);
    expect(() => lifecycle.join(part('late'))).toThrow('late joined a host that is already started');
    await context.close();
    expect([lifecycle.phase, lifecycle.draining.aborted]).toEqual(['closed', true]);
    expect(phases).toEqual(['starting', 'starting', 'open', 'draining', 'draining']);
  });
});
