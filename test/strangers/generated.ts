import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { run } from './desk.js';

const versions = z.record(z.string(), z.string());
const manifest = z.looseObject({ devDependencies: versions, overrides: versions });
const repository = z.object({ devDependencies: versions });

const read = <S extends z.ZodType>(schema: S, file: string): z.output<S> =>
  schema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** An app that `createApp()` has made, with the schematics and Nest's own command line in it. */
export class GeneratedApp {
  private constructor(private readonly folder: string) {}

  /** Adds to what is installed in it; Nest's command line in the version of this repository. */
  static async in(folder: string): Promise<GeneratedApp> {
    const file = join(folder, 'package.json');
    const { devDependencies, overrides, ...rest } = read(manifest, file);
    const ours = read(repository, join(import.meta.dirname, '..', '..', 'package.json')).devDependencies;
    const added = {
      '@isolith/schematics': overrides['@isolith/schematics'],
      '@nestjs/cli': ours['@nestjs/cli'],
    };
    writeFileSync(file, JSON.stringify({ ...rest, overrides, devDependencies: { ...devDependencies, ...added } }));
    await run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts');
    return new GeneratedApp(folder);
  }

  /**
   * `nest g -c @isolith/schematics …`; resolves with all that it says, also where a schematic refuses: Nest ends with 0
   * then.
   */
  generate(...args: readonly string[]): Promise<string> {
    const nest = join(this.folder, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    return run(this.folder, process.execPath, nest, 'g', '-c', '@isolith/schematics', ...args);
  }

  /**
   * `npx schematics @isolith/schematics:…`; resolves with all that it says, rejects with it where the command ends with
   * another status than 0.
   */
  schematics(schematic: string, ...args: readonly string[]): Promise<string> {
    const devkit = join(this.folder, 'node_modules', '.bin', 'schematics');
    return run(this.folder, process.execPath, devkit, `@isolith/schematics:${schematic}`, ...args);
  }

  /** All sources, with their text. */
  sources(): Readonly<Record<string, string>> {
    return Object.fromEntries(
      readdirSync(join(this.folder, 'src'), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => [join('src', file), readFileSync(join(this.folder, 'src', file), 'utf8')]),
    );
  }

  /** Runs a script of it; rejects with what that says when it fails. */
  script(name: string, ...args: readonly string[]): Promise<string> {
    return run(this.folder, 'npm', 'run', name, '--', ...args);
  }
}
