import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative } from 'node:path';
import ts from 'typescript';
import { z } from 'zod';

/** Something that a package offers under one of its entry points. */
export interface PublicExport {
  /** `@isolith/message-bus/testing`: what is written behind `from`. */
  readonly entry: string;
  /** The folder of its package below `libs/`. */
  readonly lib: string;
  readonly name: string;
  readonly symbol: ts.Symbol;
  /** Where it is declared, from the root, with `/`. */
  readonly file: string;
}

export interface PublicExports {
  readonly checker: ts.TypeChecker;
  readonly exports: readonly PublicExport[];
}

/** What packages offer to siblings alone; nobody else may rely on it. */
const INTERNAL = './internal';

const Manifest = z.object({
  name: z.string(),
  exports: z.record(z.string(), z.object({ '@isolith/source': z.string().optional() })),
});
const BaseConfig = z.object({ compilerOptions: z.record(z.string(), z.unknown()) });

/** Reads the exports of every package's manifest, and what the sources behind them export. */
export function publicExports(root: string): PublicExports {
  const entries = readdirSync(join(root, 'libs'))
    .toSorted()
    .flatMap((lib) => entriesOf(join(root, 'libs', lib)));
  const { compilerOptions } = BaseConfig.parse(
    ts.readConfigFile(join(root, 'tsconfig.base.json'), (path) => readFileSync(path, 'utf8')).config,
  );
  const { options } = ts.convertCompilerOptionsFromJson(
    { ...compilerOptions, composite: false, incremental: false },
    root,
  );
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    { ...options, noEmit: true },
  );
  const checker = program.getTypeChecker();
  const exports = entries.flatMap(({ entry, lib, file }) => {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    if (module === undefined) throw new TypeError(`${entry}: ${file} exports nothing`);
    return checker
      .getExportsOfModule(module)
      .map((exported): PublicExport => {
        const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
        const at = symbol.declarations?.[0]?.getSourceFile().fileName ?? file;
        return { entry, lib, name: exported.name, symbol, file: relative(root, at).replaceAll('\\', '/') };
      })
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  });
  return { checker, exports };
}

function entriesOf(folder: string): readonly { readonly entry: string; readonly lib: string; readonly file: string }[] {
  const { name, exports } = Manifest.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  return Object.entries(exports).flatMap(([subpath, { '@isolith/source': source }]) =>
    source === undefined || source.endsWith('.json') || subpath === INTERNAL
      ? []
      : [{ entry: `${name}${subpath.slice(1)}`, lib: basename(folder), file: join(folder, source) }],
  );
}
