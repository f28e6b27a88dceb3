import { anyone, command, event } from '@isolith/contracts';
import { context, IsolithModule } from '@isolith/isolith';
import { UnitOfWork } from '@isolith/journal';
import { Module } from '@nestjs/common';
import { CommandHandler, EventBus, EventsHandler } from '@nestjs/cqrs';
import { z } from 'zod';
import { CreateGreeting } from './create-greeting.js';

// #region example
export class Greet extends command('greeter.greet', {
  input: z.object({ name: z.string().min(1) }),
  output: z.object({ times: z.int() }),
  access: [anyone()],
}) {}

export class Greeted extends event('greeter.greeted', { input: z.object({ name: z.string() }), key: 'name' }) {}

export const greeter = context('greeter', {
  contracts: [Greet, Greeted],
  subscriptions: { 'greeting-log': { events: [Greeted] } },
});

@CommandHandler(Greet)
class GreetHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
  ) {}

  execute({ name }: Greet) {
    return this.unit.run(async () => {
      //  one transaction: state, event, reply
      const upsert =
        'INSERT INTO greeter.greeting VALUES ($1, 1) ON CONFLICT (name) DO UPDATE SET times = greeting.times + 1 RETURNING times';
      const [greeting] = await this.unit.query(z.object({ times: z.int() }), upsert, [name]);
      this.events.publish(new Greeted({ name }));
      return { times: greeting?.times ?? 0 };
    });
  }
}

@EventsHandler(Greeted) //  runs after the commit, at least once, in order per name, effects exactly once
class OnGreeted {
  handle({ name }: Greeted) {
    greeted.push(name);
  }
}

@Module({
  imports: [
    IsolithModule.forFeature(greeter, {
      migrations: [CreateGreeting],
      subscriptions: { 'greeting-log': [OnGreeted] },
    }),
  ],
  providers: [GreetHandler, OnGreeted],
})
export class GreeterModule {}
// #endregion

export const greeted: string[] = [];
