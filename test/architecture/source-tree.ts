import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { parseSources, type ResolveSpecifier, type SourceFile } from '@isolith/testing/architecture';

export interface Lib {
  readonly folder: string;
  readonly manifest: Manifest;
}

export interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly dependencies: readonly string[];
}

export interface SourceTree {
  /** The text of every file that rules look at: sources, and the JSON and Markdown files beside them. */
  readonly files: ReadonlyMap<string, string>;
  readonly sources: readonly SourceFile[];
  /**
   * Folders of `src` with a contract or a module of their name, the gateway left out: it is the HTTP edge and owns
   * nothing.
   */
  readonly contexts: readonly string[];
  readonly libs: readonly Lib[];
}

export interface Violation {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** One rule as data, so that the same check runs over the repository and over the fixture that must break it. */
export interface Rule {
  readonly id: string;
  readonly why: string;
  check(tree: SourceTree): readonly Violation[];
}

const ROOT_FILES = ['package.json', 'package-lock.json', 'nest-cli.json', 'tsconfig.json'];
const LOOKED_AT = /\.(tsx?|json|md)$/;
/** What is no part of the tree; a template is an application of its own, and a tree of its own. */
const SKIPPED = new Set(['node_modules', 'dist', 'template']);

/**
 * Reads the text files below `root` that rules look at. A fixture appends `.txt` to names that npm or jest would take
 * for theirs (`package.json`, `*.spec.ts`).
 */
export function readFiles(root: string): Map<string, string> {
  const files = new Map<string, string>();
  const add = (path: string) => files.set(path.replace(/\.txt$/, ''), readFileSync(join(root, path), 'utf8'));
  const walk = (folder: string) => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(path);
      else if (entry.isFile() && LOOKED_AT.test(entry.name.replace(/\.txt$/, ''))) add(path);
    }
  };
  for (const folder of ['src', 'libs']) if (existsSync(join(root, folder))) walk(folder);
  for (const name of ROOT_FILES.flatMap((file) => [file, `${file}.txt`])) if (existsSync(join(root, name))) add(name);
  return files;
}

export function buildTree(files: ReadonlyMap<string, string>): SourceTree {
  const libs = readLibs(files);
  const sources = parseSources(files, sourceOf(libs));
  return { files, sources, libs, contexts: contextsIn(files) };
}

/** The line of the first occurrence of a text in a file that has no syntax tree here; 1 when it is absent. */
export function lineOfText(files: ReadonlyMap<string, string>, path: string, text: string): number {
  const lines = (files.get(path) ?? '').split('\n');
  return (
    Math.max(
      0,
      lines.findIndex((line) => line.includes(text)),
    ) + 1
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON file of the tree as a record; empty when the file is absent or holds something else. */
export function readJson(files: ReadonlyMap<string, string>, path: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(files.get(path) ?? '{}');
  return isRecord(value) ? value : {};
}

function contextsIn(files: ReadonlyMap<string, string>): readonly string[] {
  const found = new Set<string>();
  for (const path of files.keys()) {
    const match = /^src\/([^/]+)\/([^/]+)\.(?:contract|module)\.ts$/.exec(path);
    if (match?.[1] !== undefined && match[1] === match[2] && match[1] !== 'gateway') found.add(match[1]);
  }
  return [...found].sort();
}

function readLibs(files: ReadonlyMap<string, string>): readonly Lib[] {
  return [...files.keys()].flatMap((path) => {
    const folder = /^(libs\/[^/]+)\/package\.json$/.exec(path)?.[1];
    return folder === undefined ? [] : [{ folder, manifest: manifestIn(readJson(files, path)) }];
  });
}

function manifestIn(json: Readonly<Record<string, unknown>>): Manifest {
  const exports: Record<string, Record<string, string>> = {};
  for (const [subpath, conditions] of Object.entries(isRecord(json['exports']) ? json['exports'] : {})) {
    if (!isRecord(conditions)) continue;
    exports[subpath] = Object.fromEntries(
      Object.entries(conditions).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  }
  const dependencies = ['dependencies', 'peerDependencies', 'optionalDependencies'].flatMap((kind) =>
    isRecord(json[kind]) ? Object.keys(json[kind]) : [],
  );
  return { name: typeof json['name'] === 'string' ? json['name'] : '', exports, dependencies };
}

/** What a package of this tree means by a specifier, through its exports. */
export const sourceOf =
  (libs: readonly Lib[]): ResolveSpecifier =>
  (specifier) => {
    const lib = libs.find(({ manifest }) => specifier === manifest.name || specifier.startsWith(`${manifest.name}/`));
    const source = lib?.manifest.exports[`.${specifier.slice(lib.manifest.name.length)}`]?.['@isolith/source'];
    return lib === undefined || source === undefined ? undefined : posix.join(lib.folder, source);
  };
