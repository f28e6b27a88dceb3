import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { fallen } from './harness/check.js';
import { environment } from './harness/environment.js';
import { freshGround } from './harness/ground.js';
import { installPeer, peerOf } from './harness/peers.js';
import { race } from './harness/race.js';
import { reached, type Result } from './harness/result.js';
import { shown, store, stored } from './harness/store.js';
import type { Subject } from './harness/subject.js';
import { withResults } from './harness/table.js';
import { subjects } from './subjects/index.js';

/**
 *   npm run bench -- [subject …] [--quick] [--check] [--rounds 7] [--with restate]
 *   npm run bench -- --page
 *
 * Without a subject all of them, but those that ask to be named. `--quick`: few and short rounds, nothing is recorded.
 * `--check`: fails when a ratio fell by more than a third against the recorded one.
 * `--page`: only draws the plots and writes the page anew, from what is recorded.
 */
const RESULTS = fileURLToPath(new URL('./results', import.meta.url));
const PAGE = fileURLToPath(new URL('./README.md', import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    with: { type: 'string', multiple: true, default: [] },
    page: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds}: a whole number from 1 on`);

const isNamed = ({ name }: Subject): boolean =>
  positionals.some((wanted) => name === wanted || name.startsWith(`${wanted}.`));
const unknown = positionals.filter(
  (wanted) => !subjects.some(({ name }) => name === wanted || name.startsWith(`${wanted}.`)),
);
if (unknown.length > 0)
  throw new Error(`no subject ${unknown.join(', ')}; there are ${subjects.map(({ name }) => name).join(', ')}`);
const chosen = values.page
  ? []
  : subjects.filter((subject) => (positionals.length === 0 ? subject.onlyNamed !== true : isNamed(subject)));

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const began = Date.now();
const progress = (line: string): void =>
  print(`${String(Math.round((Date.now() - began) / 1000)).padStart(5)} s  ${line}`);

const flags = new Set(values.with);

async function measure(subject: Subject): Promise<Result> {
  const shared = { subject: subject.name, title: subject.title, environment: await environment(subject.needs) };
  if (subject.kind === 'figures')
    return { kind: 'figures', ...shared, figures: [...(await subject.measure({ quick: values.quick, progress }))] };
  for (const { module, flag } of subject.entries) {
    if (flag !== undefined && !flags.has(flag)) continue;
    const peer = peerOf(module);
    if (peer !== undefined) installPeer(peer, progress);
  }
  const roundMs = values.quick ? Math.min(500, subject.roundMs ?? 500) : (subject.roundMs ?? 1_000);
  const levels = await race(subject, { rounds, roundMs, flags, ground: freshGround, progress });
  return { kind: 'race', ...shared, operation: subject.operation, rounds, roundMs, levels: [...levels] };
}

function show(measured: Result): void {
  print(`\n${measured.title}`);
  if (measured.kind === 'figures')
    for (const { name, value, unit, goal } of measured.figures)
      print(`  ${name.padEnd(44)} ${value.toPrecision(4)} ${unit}${goal === undefined ? '' : ` (at most ${goal})`}`);
  else {
    for (const level of measured.levels) {
      for (const { name, role, rate, ratio, latency } of level.contenders) {
        const verdict =
          role !== 'ours' || reached(level) === undefined ? '' : ` ${reached(level) === true ? '' : 'not '}reached`;
        print(
          `  x${String(level.atOnce).padEnd(4)} ${name.padEnd(28)} ${rate.median.toFixed(0).padStart(9)}/s  ratio ${ratio.median.toFixed(3)} (${ratio.low.toFixed(3)}-${ratio.high.toFixed(3)})${latency === undefined ? '' : `  p50 ${latency.p50.toFixed(2)} ms p99 ${latency.p99.toFixed(2)} ms`}${verdict}`,
        );
      }
    }
  }
  print('');
}

const complaints: string[] = [];
for (const subject of chosen) {
  const measured = await measure(subject);
  show(measured);
  if (values.check) complaints.push(...fallen(measured, stored(RESULTS, subject.name)));
  if (!values.quick) store(RESULTS, measured);
}
if (values.page) for (const { result } of shown(RESULTS, subjects)) store(RESULTS, result);
if (!values.quick) writeFileSync(PAGE, withResults(readFileSync(PAGE, 'utf8'), shown(RESULTS, subjects)));
for (const complaint of complaints) print(`fallen: ${complaint}`);
print(`done in ${Math.round((Date.now() - began) / 1000)} s`);
process.exitCode = complaints.length > 0 ? 1 : 0;
