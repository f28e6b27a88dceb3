import { anyone, command, event, query } from '@isolith/contracts';
import { context } from '@isolith/isolith';
import { z } from 'zod';

export class TaskAdded extends event('tasks.task-added', { input: z.object({ id: z.string() }), key: 'id' }) {}
export class AddTask extends command('tasks.add-task', {
  input: z.object({ id: z.string(), steps: z.array(z.string()) }),
  access: [anyone()],
}) {}
export class GetTask extends query('tasks.get-task', {
  input: z.object({ id: z.string() }),
  output: z.object({ steps: z.array(z.string()), added: z.iso.datetime() }),
  access: [anyone()],
}) {}
export const tasks = context('tasks', { contracts: [TaskAdded, AddTask, GetTask] });
