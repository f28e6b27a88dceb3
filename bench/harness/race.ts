import type { Measured } from './contestant.js';
import { ContestantProcess } from './contestant-process.js';
import type { Contender, Level } from './result.js';
import { spreadOf } from './statistics.js';
import type { Entry, Ground, RaceSubject } from './subject.js';

export interface RaceOptions {
  readonly rounds: number;
  readonly roundMs: number;
  readonly flags: ReadonlySet<string>;
  readonly ground: (subject: RaceSubject) => Promise<Ground>;
  readonly progress: (line: string) => void;
}

interface Racer {
  readonly entry: Entry;
  readonly process: ContestantProcess;
  close(): Promise<void>;
}

/**
 * Rounds in turn: in every round each contestant runs once, one at a time, and who is first moves on by one from round
 * to round. So a machine that gets slower gets slower for all, and each ratio is of two measurements seconds apart.
 */
export async function race(subject: RaceSubject, options: RaceOptions): Promise<readonly Level[]> {
  const entries = subject.entries.filter(({ flag }) => flag === undefined || options.flags.has(flag));
  const racers: Racer[] = [];
  try {
    for (const entry of entries) {
      options.progress(`${subject.name}: starts ${entry.name}`);
      racers.push(await startRacer(subject, entry, options));
    }
    const levels: Level[] = [];
    for (const atOnce of subject.levels) levels.push(await runLevel(subject, racers, atOnce, options));
    return levels;
  } finally {
    await Promise.all(racers.map((racer) => racer.close()));
  }
}

async function startRacer(subject: RaceSubject, entry: Entry, options: RaceOptions): Promise<Racer> {
  const ground = await options.ground(subject);
  const processes: ContestantProcess[] = [];
  const close = async (): Promise<void> => {
    // The one that asks goes first.
    for (const started of processes.toReversed()) await started.close();
    await ground.drop();
  };
  try {
    const server = await ContestantProcess.start(entry.name, entry.module, 'serve', ground.surroundings);
    processes.push(server);
    const process = await ContestantProcess.start(entry.name, entry.module, 'open', {
      ...ground.surroundings,
      serverAddress: server.address,
    });
    processes.push(process);
    return { entry, process, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function runLevel(
  subject: RaceSubject,
  racers: readonly Racer[],
  atOnce: number,
  { rounds, roundMs, progress }: RaceOptions,
): Promise<Level> {
  const measured = new Map<Entry, Measured[]>(racers.map(({ entry }) => [entry, []]));
  const work = { atOnce, forMs: roundMs };
  for (const racer of racers) {
    progress(`${subject.name} x${atOnce}: warms up ${racer.entry.name}`);
    await racer.process.run(work);
  }
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < racers.length; turn += 1) {
      const racer = racers[(round + turn) % racers.length];
      if (racer === undefined) continue;
      progress(`${subject.name} x${atOnce}: round ${round + 1} of ${rounds}, ${racer.entry.name}`);
      measured.get(racer.entry)?.push(await racer.process.run(work));
    }
  }
  const ceiling = racers.find(({ entry }) => entry.role === 'ceiling');
  const ceilings = (ceiling === undefined ? undefined : measured.get(ceiling.entry)) ?? [];
  const ratio = subject.goal.ratio?.[atOnce];
  const goal = {
    ...(ratio === undefined ? {} : { ratio }),
    ...(subject.goal.atMostUs === undefined ? {} : { atMostUs: subject.goal.atMostUs }),
  };
  return { atOnce, goal, contenders: racers.map(({ entry }) => contender(entry, measured.get(entry) ?? [], ceilings)) };
}

const rateOf = ({ operations, elapsedMs }: Measured): number => (operations / elapsedMs) * 1000;

function contender(
  { name, role, differs }: Entry,
  rounds: readonly Measured[],
  ceilings: readonly Measured[],
): Contender {
  const ratios = rounds.flatMap((round, index) => {
    const ceiling = ceilings[index];
    return ceiling === undefined ? [] : [rateOf(round) / rateOf(ceiling)];
  });
  const latencies = rounds.flatMap(({ latency }) => (latency === undefined ? [] : [latency]));
  return {
    name,
    role,
    rate: spreadOf(rounds.map(rateOf)),
    ratio: spreadOf(ratios),
    ...(latencies.length === 0
      ? {}
      : {
          latency: {
            p50: spreadOf(latencies.map(({ p50 }) => p50)).median,
            p99: spreadOf(latencies.map(({ p99 }) => p99)).median,
          },
        }),
    ...(differs === undefined ? {} : { differs }),
  };
}
