import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { anyone, command, query } from '@isolith/contracts';
import { UnitOfWork, type Retention } from '@isolith/journal';
import { JournalModule } from '@isolith/journal/nest';
import { commandId, currentPrincipal, runAs } from '@isolith/message-bus';
import { MessageBusModule, StartRefusedError } from '@isolith/message-bus/nest';
import { until } from '@isolith/message-bus/testing';
import { openTestDatabase, type TestDatabase } from '@isolith/postgres/testing';
import { Module, type INestApplicationContext } from '@nestjs/common';
import { CommandBus, CommandHandler, QueryHandler } from '@nestjs/cqrs';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { callId } from '../engine/make-calls.js';
import {
  agent,
  AgentRuns,
  approve,
  RUN_PRINCIPALS,
  scriptedModel,
  tools,
  write,
  type Agent,
  type RunView,
} from '../index.js';
import { AgentsModule, type AgentsFeatureOptions } from './index.js';

const of = z.object({ lamp: z.string().describe('Its name.') });
class IsLit extends query('lamps.is-lit', {
  input: of.describe('Whether a lamp is lit.'),
  output: z.object({ lit: z.boolean() }),
  access: [anyone()],
}) {}
class Light extends command('lamps.light', { input: of.describe('Lights a lamp.'), access: [anyone()] }) {}
class AskAbout extends command('talks.ask-about', {
  input: z.object({ run: z.string(), text: z.string() }),
  output: z.object({ seq: z.int() }),
  access: [anyone()],
}) {}

const lamps = tools({ read: [IsLit], write: [write(Light, { policy: approve('it costs power') })] });
const kept = {
  model: 'small',
  price: { input: 1_000_000, output: 1_000_000 },
  instructions: 'Keep the lamps.',
  tools: lamps,
};
const keeper = agent({ ...kept, name: 'talks.keeper', limits: { inputTokens: 50_000 } });

const lit: { readonly by: object; readonly id: string }[] = [];

@QueryHandler(IsLit)
class IsLitHandler {
  async execute({ lamp }: IsLit) {
    return { lit: lit.some(({ id }) => id === lamp) };
  }
}

@CommandHandler(Light)
class LightHandler {
  constructor(private readonly unit: UnitOfWork) {}

  execute() {
    return this.unit.run(async () => void lit.push({ by: currentPrincipal(), id: commandId() }));
  }
}

@CommandHandler(AskAbout)
class AskAboutHandler {
  constructor(
    private readonly unit: UnitOfWork,
    private readonly runs: AgentRuns,
  ) {}

  execute({ run, text }: AskAbout) {
    return this.unit.run(async () => {
      await this.runs.begin(keeper, run, 'ada');
      return { seq: (await this.runs.say(run, 'ada', text, commandId())) ?? 0 };
    });
  }
}

const MODEL = Symbol('model');
@Module({
  providers: [
    {
      provide: MODEL,
      useValue: scriptedModel([
        {
          call: [
            { tool: 'lamps_is-lit', input: { lamp: 'north' } },
            { tool: 'lamps_light', input: { lamp: 'north' } },
          ],
        },
        { say: 'It is lit.' },
      ]),
    },
    { provide: RUN_PRINCIPALS, useValue: { rolesOf: async () => ['keeper'] } },
  ],
  exports: [MODEL, RUN_PRINCIPALS],
})
class KeepingModule {}

let place: TestDatabase;
let app: INestApplicationContext | undefined;
beforeEach(async () => {
  app = undefined;
  lit.length = 0;
  place = await openTestDatabase();
});
afterEach(async () => {
  await app?.close();
  await place.drop();
});

async function start(
  agents: readonly Agent[],
  options: AgentsFeatureOptions = {},
  retention: Retention = {},
): Promise<INestApplicationContext> {
  @Module({
    imports: [
      JournalModule.forFeature({ context: 'talks', retention }),
      AgentsModule.forFeature({
        context: 'talks',
        agents,
        imports: [KeepingModule],
        model: MODEL,
        principals: RUN_PRINCIPALS,
        options,
      }),
      MessageBusModule.forFeature({ context: 'talks', contracts: [AskAbout], needs: [IsLit, Light] }),
    ],
    providers: [AskAboutHandler],
  })
  class TalksModule {}
  @Module({ imports: [JournalModule.forFeature({ context: 'lamps' })], providers: [IsLitHandler, LightHandler] })
  class LampsModule {}
  @Module({
    imports: [
      MessageBusModule.forRoot({ placement: { here: ['talks', 'lamps'] } }),
      JournalModule.forRoot({ targetOf: () => place.target }),
      TalksModule,
      LampsModule,
    ],
  })
  class AppModule {}
  const module = await Test.createTestingModule({ imports: [AppModule] }).compile();
  module.useLogger(false);
  await module.init();
  app = module;
  return module;
}

describe('AgentsModule', () => {
  it('moves a run that a command handler began to its end, with real tools, on the real bus and database', async () => {
    const host = await start([keeper]);
    const runs = host.get(AgentRuns, { strict: false });
    expect(
      await host.get(CommandBus, { strict: false }).execute(new AskAbout({ run: 'r', text: 'Light it.' })),
    ).toEqual({
      seq: 1,
    });
    const reached = async (holds: (view: RunView) => boolean): Promise<RunView> => {
      let view: RunView | undefined;
      await until(async () => (view = await runs.view('r', 'ada')) !== undefined && holds(view));
      if (view === undefined) throw new Error('no run');
      return view;
    };
    const { approvals } = await reached(({ status, approvals: open }) => status === 'waiting' && open.length > 0);
    expect(approvals).toMatchObject([{ tool: 'lamps_light', input: { lamp: 'north' }, why: 'it costs power' }]);
    expect(lit).toEqual([]);
    const agree = runAs('talks', () => runs.decide('r', 'ada', approvals[0]?.id ?? '', { approved: true }));
    expect(await agree).toBe('decided');
    expect(await reached(({ status }) => status === 'resting')).toMatchObject({ end: { why: 'answered' }, turns: 2 });
    // As the delegate of the user, with the roles of the moment, under an id of its own.
    expect(lit).toEqual([
      { by: { service: 'talks', user: 'ada', roles: ['keeper'], delegate: true }, id: callId('r', 1, 1) },
    ]);
    const called = (await runs.entries('r', 'ada', 0, 100)).flatMap(({ entry }) =>
      entry.kind === 'called' ? [entry] : [],
    );
    expect(called.map(({ content }) => JSON.parse(content))).toEqual([{ lit: false }, { done: true }]);
  });

  it('refuses to start and names all that is wrong', async () => {
    const named = (name: string): Agent => agent({ ...kept, name, limits: { turns: 0 } });
    const foreign = agent({ ...kept, name: 'lamps.keeper' });
    const refusal = await start([named('Keeper'), keeper, keeper, foreign], { leaseMs: 5, keptDays: 3 }).catch(
      (error: unknown) => error,
    );
    expect(refusal).toBeInstanceOf(StartRefusedError);
    expect(refusal).toMatchObject({
      violations: [
        'agents of talks: agent Keeper is not named context.name in small letters, digits and dashes',
        'agents of talks: agent Keeper has turns of 0, which is no whole number from 1',
        'agents of talks: agent talks.keeper is stated twice',
        'agents of talks: agent Keeper is not named after the context: talks.…',
        'agents of talks: agent lamps.keeper is not named after the context: talks.…',
        'agents of talks: leaseMs must be a whole number from 100 to 600000, not 5',
        "agents of talks: keptDays must not be below the context's retention.inboxDays, 30: a call's id counts as long",
      ],
    });
  });
});
