import { afterEach, describe, expect, it } from '@jest/globals';
import { anyone, ForbiddenError, query, UnauthenticatedError, UnknownMessageError } from '@isolith/contracts';
import { MessageRouter } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { z } from 'zod';
import { application } from '../context/application.js';
import { context } from '../context/context.js';
import { parseConfig } from '../config/parse-config.js';
import { HOST_CONFIG } from '../config/tokens.js';
import { answer } from './answer.js';
import { AskContexts } from './ask-contexts.js';

const contexts = ['orders', 'products', 'users'] as const;
type Context = (typeof contexts)[number];

const declare = (context: Context) =>
  query(`${context}.look`, {
    input: z.object({}),
    output: z.object({ found: z.array(z.string()) }),
    access: [anyone()],
  });
const questions = {
  orders: class extends declare('orders') {},
  products: class extends declare('products') {},
  users: class extends declare('users') {},
};

let app: TestingModule | undefined;
afterEach(() => app?.close());

/** Asks all contexts, of which some throw. */
async function asked(thrown: Partial<Record<Context, Error>>) {
  @Module({
    imports: [MessageBusModule.forRoot({ placement: { here: contexts } })],
    providers: [
      AskContexts,
      {
        provide: HOST_CONFIG,
        useValue: parseConfig(
          application(
            'app',
            contexts.map((name) => context(name)),
          ),
          {},
        ).config,
      },
    ],
  })
  class AppModule {}
  app = await Test.createTestingModule({ imports: [AppModule] }).compile();
  const router = app.get(MessageRouter);
  for (const context of contexts) {
    router.handle(
      answer(questions[context], 'a spec', async () => {
        const error = thrown[context];
        if (error !== undefined) throw error;
        return { found: [context] };
      }),
    );
  }
  await app.init();
  const question = (context: string) => new questions[z.enum(contexts).parse(context)]({});
  return app.get(AskContexts).all(contexts, question, ({ found }) => found);
}

describe('all contexts', () => {
  it.each([
    ['key', new UnauthenticatedError('no')],
    ['access rule', new ForbiddenError('no')],
    ['version', new UnknownMessageError('no')],
  ])('answer for themselves: one whose host has another %s is named with its reason', async (_, error) => {
    expect(await asked({ products: error })).toEqual({
      items: ['orders', 'users'],
      unreachable: [{ context: 'products', reason: error.message }],
    });
  });

  it('that give no answer are all named', async () => {
    const { items, unreachable } = await asked({
      orders: new UnknownMessageError('one'),
      products: new UnauthenticatedError('two'),
      users: new UnknownMessageError('three'),
    });
    expect({ items, reasons: unreachable.map(({ reason }) => reason) }).toEqual({
      items: [],
      reasons: ['one', 'two', 'three'],
    });
  });

  it('that all refuse have refused the asker', async () => {
    await expect(
      asked({
        orders: new ForbiddenError('no'),
        products: new UnauthenticatedError('no'),
        users: new ForbiddenError('no'),
      }),
    ).rejects.toBeInstanceOf(ForbiddenError);
  });
});
