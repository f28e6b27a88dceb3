import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '@isolith/message-bus/testing';
import { AgentWorld, deskAgent } from '../spec-support/agent-world.js';
import { Desk } from '../spec-support/desk.js';
import { SIX_TURNS_TOOLS, SixTurns } from '../spec-support/long-run.js';
import { mortalHost, type MortalHost } from '../spec-support/mortal-host.js';
import type { AgentEngine } from './agent-engine.js';

let world: AgentWorld;
beforeAll(async () => void (world = await AgentWorld.open()));
afterAll(() => world.close());

let plays = 0;

interface Host {
  readonly life: MortalHost;
  readonly engine: AgentEngine;
}

/** One run of six turns, with an agent of its own so that what it uses is counted apart. */
class Play {
  readonly id = `play ${(plays += 1)}`;
  readonly clerk = deskAgent({}, `helpdesk.clerk-${plays}`);
  readonly model = new SixTurns();
  readonly desk = new Desk();
  readonly runs = world.runs([this.clerk]);
  private readonly hosts: Host[] = [];

  /** `alone`: whoever holds a lease that is not this host's is dead, so its lease is over at once. */
  host(stopAt: number, alone: boolean): Host {
    const life = mortalHost(stopAt);
    const engine = world.host([this.clerk], { model: this.model, tools: this.desk, alone }, life.wrap);
    engine.start();
    const host = { life, engine };
    this.hosts.push(host);
    return host;
  }

  async begin(): Promise<void> {
    await this.runs.begin(this.clerk, this.id, 'ada');
    await this.runs.say(this.id, 'ada', 'Refund my order.', 'first');
  }

  /** A person who approves what waits, once, as soon as it is there. Resolves when the run rests. */
  async person(): Promise<void> {
    await until(async () => {
      const view = await this.runs.view(this.id, 'ada');
      for (const { id } of view?.approvals ?? []) await this.runs.decide(this.id, 'ada', id, { approved: true });
      return view?.status === 'resting';
    });
  }

  async expectAllOnce(): Promise<void> {
    const { id, clerk, model, desk, runs } = this;
    const view = await runs.view(id, 'ada');
    expect(view).toMatchObject({ status: 'resting', end: { why: 'answered' }, turns: 6, approvals: [] });
    expect(desk.names().toSorted()).toEqual(SIX_TURNS_TOOLS.toSorted());
    expect(model.unlawful).toEqual([]);
    expect(await world.approvals(id)).toEqual(['used']);
    const entries = await runs.entries(id, 'ada', 0, 1_000);
    const answers = entries.flatMap(({ entry }) => (entry.kind === 'answered' ? [entry] : []));
    const attempts = entries.flatMap(({ entry }) => (entry.kind === 'asked' ? [entry] : []));
    expect(answers.map(({ turn }) => turn)).toEqual([1, 2, 3, 4, 5, 6]);
    // What is used: the answers as they were, and for attempts that have none what was reserved.
    const used = answers.reduce((sum, { usage }) => sum + usage.inputTokens + usage.outputTokens, 0);
    const answered = new Set(answers.map(({ turn, attempt }) => `${turn}.${attempt}`));
    const lost = attempts.filter(({ turn, attempt }) => !answered.has(`${turn}.${attempt}`));
    const tokens = used + lost.reduce((sum, attempt) => sum + attempt.tokens, 0);
    expect((await world.state(runs, id)).used.tokens).toBe(tokens);
    expect((await world.use(clerk.name)).map((each) => each.tokens)).toEqual([tokens, tokens]);
    expect(tokens).toBeLessThanOrEqual(clerk.limits.tokensPerRun);
  }

  async leave(): Promise<void> {
    for (const { life } of this.hosts) life.goOn();
    await Promise.all(this.hosts.map(({ life }) => life.calm()));
    await Promise.all(this.hosts.map(({ engine }) => engine.drain(AbortSignal.timeout(5_000))));
    for (const { engine } of this.hosts) world.forget(engine);
  }
}

/** Where hosts stopped; the last life of a loop is one that did not. */
const places: string[] = [];

describe('a run of six turns whose host is killed', () => {
  it('ends with each effect once, wherever that is, when another host goes on', async () => {
    for (let stopAt = 0, stopped: string | undefined = 'not yet'; stopped !== undefined; stopAt += 1) {
      const play = new Play();
      const first = play.host(stopAt, false);
      await play.begin();
      const person = play.person();
      stopped = await Promise.race([first.life.stopped, person.then(() => undefined)]);
      if (stopped !== undefined) {
        places.push(stopped);
        world.forget(first.engine);
        play.host(Infinity, true);
      }
      await person;
      await play.expectAllOnce();
      await play.leave();
    }
    // Six questions, each counted, recorded and asked; the judgement of calls, and the calls.
    expect(new Set(places)).toEqual(
      new Set(
        ['a read', 'a count of tokens', 'a save', 'a question', 'a look for roles', 'a judgement', 'a call']
          .flatMap((what) => [`before ${what}`, `after ${what}`])
          .concat('after a claim'),
      ),
    );
    expect(places.length).toBeGreaterThan(60);
  });
});

describe('a host that was frozen, and comes back when another has its run', () => {
  it('writes nothing, wherever it was frozen', async () => {
    for (let stopAt = 0, stopped: string | undefined = 'not yet'; stopped !== undefined; stopAt += 1) {
      const play = new Play();
      const first = play.host(stopAt, false);
      await play.begin();
      const person = play.person();
      stopped = await Promise.race([first.life.stopped, person.then(() => undefined)]);
      if (stopped !== undefined) {
        await world.set(play.id, `leased_until = now() - interval '1 ms'`);
        play.host(Infinity, false);
      }
      await person;
      const before = await play.runs.entries(play.id, 'ada', 0, 1_000);
      await play.leave();
      expect(await play.runs.entries(play.id, 'ada', 0, 1_000)).toEqual(before);
      await play.expectAllOnce();
    }
  });
});

const seed = Number(process.env['FC_SEED'] ?? Date.now() % 2 ** 31);

describe(`two hosts that freeze and come back in turn (FC_SEED=${seed})`, () => {
  it('leave the run to whoever holds it, and have each effect once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.nat(60), async (firstAt, secondAt) => {
        const play = new Play();
        const first = play.host(firstAt, false);
        await play.begin();
        const person = play.person();
        const rests = person.then(() => undefined);
        if ((await Promise.race([first.life.stopped, rests])) !== undefined) {
          await world.set(play.id, `leased_until = now() - interval '1 ms'`);
          const second = play.host(secondAt, false);
          if ((await Promise.race([second.life.stopped, rests])) !== undefined) {
            // What the second froze in may be a transaction that was still to end.
            await second.life.calmButFrozen();
            const held = await world.row(play.id);
            first.life.goOn();
            await first.life.calm();
            expect(held.holder === null || (await world.row(play.id)).seq === held.seq).toBe(true);
            await world.set(play.id, `leased_until = now() - interval '1 ms'`);
            first.engine.wake();
          }
        }
        await person;
        await play.leave();
        await play.expectAllOnce();
      }),
      { seed, numRuns: 40, endOnFailure: true },
    );
  });
});
