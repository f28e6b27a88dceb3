import { IsolithModule } from '@isolith/isolith';
import { ContextDatabase, UnitOfWork } from '@isolith/journal';
import { Injectable, Module } from '@nestjs/common';
import { CommandHandler, EventBus, QueryHandler } from '@nestjs/cqrs';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { jsonb, pgSchema, text, timestamp } from 'drizzle-orm/pg-core';
import { AddTask, GetTask, TaskAdded, tasks } from './tasks.contract.js';

const task = pgSchema('tasks').table('task', {
  id: text().primaryKey(),
  steps: jsonb().$type<string[]>().notNull(),
  added: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

@Injectable()
export class Tasks {
  private readonly writing;
  private readonly reading;

  constructor(unit: UnitOfWork, database: ContextDatabase) {
    this.writing = drizzle({ client: unit.client });
    this.reading = drizzle({ client: database.client });
  }

  add = async (id: string, steps: string[]) => void (await this.writing.insert(task).values({ id, steps }));

  find = async (id: string) => (await this.reading.select().from(task).where(eq(task.id, id)))[0];
}

@CommandHandler(AddTask)
class AddTaskHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly events: EventBus,
    private readonly tasks: Tasks,
  ) {}

  execute({ id, steps }: AddTask) {
    return this.unit.run(async () => {
      await this.tasks.add(id, steps);
      this.events.publish(new TaskAdded({ id }));
      if (steps.length === 0) throw new Error('nothing is to be done'); // neither row nor event stays
    });
  }
}

@QueryHandler(GetTask)
class GetTaskHandler {
  constructor(private readonly tasks: Tasks) {}

  async execute({ id }: GetTask) {
    const { steps = [], added = new Date(0) } = (await this.tasks.find(id)) ?? {};
    return { steps, added: added.toISOString() };
  }
}

class CreateTask1700000000001 {
  readonly name = 'CreateTask1700000000001';
  async up(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query(
      'CREATE TABLE tasks.task (id text PRIMARY KEY, steps jsonb NOT NULL, added timestamptz NOT NULL DEFAULT now())',
    );
  }
  async down(runner: { query(sql: string): Promise<unknown> }) {
    await runner.query('DROP TABLE tasks.task');
  }
}

@Module({
  imports: [IsolithModule.forFeature(tasks, { migrations: [CreateTask1700000000001] })],
  providers: [Tasks, AddTaskHandler, GetTaskHandler],
})
export class TasksModule {}
