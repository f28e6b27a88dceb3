import { agent, AgentRuns, approve, RUN_PRINCIPALS, scriptedModel, tools, write } from '@isolith/agents';
import { AgentsModule } from '@isolith/agents/nest';
import { command, query, signedIn } from '@isolith/contracts';
import { UnitOfWork } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { commandId, currentUser } from '@isolith/message-bus';
import { MessageBusModule } from '@isolith/message-bus/nest';
import { Module } from '@nestjs/common';
import { CommandHandler, QueryHandler } from '@nestjs/cqrs';
import { z } from 'zod';

const seat = z.object({ seat: z.string().max(4) });
export class IsFree extends query('seats.is-free', {
  input: seat.describe('Whether a seat is free.'),
  output: z.object({ free: z.boolean() }),
  access: [signedIn()],
}) {}
export class TakeSeat extends command('seats.take-seat', {
  input: seat.describe('Takes a seat for the user.'),
  access: [signedIn()],
}) {}
export class AskClerk extends command('desk.ask-clerk', {
  input: z.object({ talk: z.string(), text: z.string().max(1_000) }),
  access: [signedIn()],
}) {}

export const clerk = agent({
  name: 'desk.clerk',
  model: 'scripted',
  // Millionths of your currency for a million tokens: what budgets reckon with.
  price: { input: 1_000_000, output: 5_000_000 },
  instructions: 'You find seats for people. Take one only when they want it.',
  tools: tools({
    read: [IsFree],
    write: [write(TakeSeat, { policy: approve('a seat that is taken is paid for') })],
  }),
});

@CommandHandler(AskClerk)
class AskClerkHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly runs: AgentRuns,
  ) {}

  execute({ talk, text }: AskClerk) {
    return this.unit.run(async () => {
      await this.runs.begin(clerk, talk, currentUser());
      await this.runs.say(talk, currentUser(), text, commandId());
    });
  }
}

const MODEL = Symbol('model');
const script = scriptedModel([
  { call: [{ tool: 'seats_is-free', input: { seat: '12A' } }] },
  { say: 'It is free.', call: [{ tool: 'seats_take-seat', input: { seat: '12A' } }] },
  { say: '12A is yours.' },
]);

@Module({
  providers: [
    // anthropicModel() of @isolith/agents/anthropic, openAiCompatibleModel() of @isolith/agents/openai-compatible
    { provide: MODEL, useValue: script },
    { provide: RUN_PRINCIPALS, useValue: { rolesOf: async () => ['traveller'] } },
  ],
  exports: [MODEL, RUN_PRINCIPALS],
})
class ClerkModelModule {}

@Module({
  imports: [
    JournalModule.forFeature({ context: 'desk' }),
    AgentsModule.forFeature({
      context: 'desk',
      agents: [clerk],
      imports: [ClerkModelModule],
      model: MODEL,
      principals: RUN_PRINCIPALS,
    }),
  ],
  providers: [AskClerkHandler],
})
class DeskModule {}

export const taken = new Map<string, string>();

@QueryHandler(IsFree)
class IsFreeHandler {
  execute = async ({ seat: wanted }: IsFree) => ({ free: !taken.has(wanted) });
}

@CommandHandler(TakeSeat)
class TakeSeatHandler {
  execute = async ({ seat: wanted }: TakeSeat) => void taken.set(wanted, currentUser());
}

@Module({
  imports: [
    MessageBusModule.forRoot({ placement: { here: ['desk', 'seats'] } }),
    JournalModule.forRoot({ targetOf: () => ({ kind: 'pglite', dataDir: 'memory://' }) }),
    DeskModule,
  ],
  providers: [IsFreeHandler, TakeSeatHandler],
})
export class AppModule {}
