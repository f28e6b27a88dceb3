import { describe, expect, it } from '@jest/globals';
import { command, event, query } from '@isolith/contracts';
import { CommandHandler, EventsHandler, QueryHandler, Saga } from '@nestjs/cqrs';
import { z } from 'zod';
import { handledEvents, handledRequest, sagaMethods } from './cqrs-metadata.js';

class Do extends command('a.do', { input: z.object({}) }) {}
class Ask extends query('a.ask', { input: z.object({}) }) {}
class Done extends event('a.done', { input: z.object({ id: z.string() }), key: 'id' }) {}
class Plain {}

describe('the metadata of @nestjs/cqrs', () => {
  it('is where we look for it', () => {
    @CommandHandler(Do)
    class OnDo {}
    @QueryHandler(Ask)
    class OnAsk {}
    @EventsHandler(Done, Plain)
    class OnDone {}
    class Sagas {
      @Saga() first = () => undefined;
      @Saga()
      second() {
        return undefined;
      }
    }
    expect(handledRequest(OnDo)).toBe(Do);
    expect(handledRequest(OnAsk)).toBe(Ask);
    expect(handledEvents(OnDone)).toEqual([Done, Plain]);
    expect([...sagaMethods(Sagas)].sort()).toEqual(['first', 'second']);
    expect(sagaMethods(OnDone)).toEqual([]);
  });

  it('of a plain command is none of ours', () => {
    @CommandHandler(Plain)
    class OnPlain {}
    expect(handledRequest(OnPlain)).toBeUndefined();
    expect(handledEvents(OnPlain)).toBeUndefined();
  });
});
