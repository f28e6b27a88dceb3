import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Instruction {
  readonly name: string;
  /** All after the name, continued lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Copy {
  /** The stage or image it copies from; undefined: the build context. */
  readonly from: string | undefined;
  readonly sources: readonly string[];
  readonly target: string;
}

const instructionsIn = (text: string): readonly Instruction[] =>
  text
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => {
      const [, name, rest] = /^([A-Z]+)\s+(.*)$/.exec(line.trim()) ?? [];
      if (line.trim() === '') return [];
      if (name === undefined || rest === undefined) throw new Error(`no instruction: ${line}`);
      return [{ name, text: rest }];
    });

/** The Dockerfile by stages, the arguments before the first one put in where they are used. */
export function readDockerfile(): readonly Stage[] {
  const instructions = instructionsIn(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
  const first = instructions.findIndex(({ name }) => name === 'FROM');
  const defaults = new Map(
    instructions.slice(0, first).map(({ name, text }) => {
      const [, argument, value] = /^(\w+)=(\S+)$/.exec(text) ?? [];
      if (name !== 'ARG' || argument === undefined || value === undefined)
        throw new Error(`before the first FROM: ${name} ${text}`);
      return [argument, value];
    }),
  );
  const stages: { name: string; from: string; instructions: Instruction[] }[] = [];
  for (const instruction of instructions.slice(first)) {
    if (instruction.name !== 'FROM') stages.at(-1)?.instructions.push(instruction);
    else {
      const [, from, name] = /^(\S+) AS (\S+)$/.exec(instruction.text) ?? [];
      if (from === undefined || name === undefined) throw new Error(`a stage without a name: ${instruction.text}`);
      stages.push({
        name,
        from: from.replaceAll(/\$\{(\w+)\}/g, (_whole, argument: string) => defaults.get(argument) ?? ''),
        instructions: [],
      });
    }
  }
  return stages;
}

export const textsOf = (stage: Stage, name: string): readonly string[] =>
  stage.instructions.filter((one) => one.name === name).map(({ text }) => text);

export const copiesOf = (stage: Stage): readonly Copy[] =>
  textsOf(stage, 'COPY').map((text) => {
    const words = text.split(/\s+/);
    const from = words[0]?.startsWith('--from=') === true ? words.shift()?.slice('--from='.length) : undefined;
    return { from, sources: words.slice(0, -1), target: words.at(-1) ?? '' };
  });

/**
 * Whether the build context holds a path, by .dockerignore: the last pattern that matches it or a folder above it
 * decides. Only the patterns that are used there are understood: names, `*` within a name, a leading `**` and `!`.
 */
export function inBuildContext(path: string): boolean {
  const parents = path.split('/').map((_part, index, parts) => parts.slice(0, index + 1).join('/'));
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  return lines.reduce((kept, line) => {
    const pattern = line
      .replace(/^!/, '')
      .replaceAll('.', String.raw`\.`)
      .replace(/^\*\*\//, '(?:.*/)?')
      .replaceAll(/(?<!\.)\*/g, '[^/]*');
    return parents.some((parent) => new RegExp(`^${pattern}$`).test(parent)) ? line.startsWith('!') : kept;
  }, true);
}
