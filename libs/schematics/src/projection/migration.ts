import ts from 'typescript';
import type { ContextFolder } from '../app/context-folder.js';
import { Refused } from '../refusals/refused.js';
import { featureOptions } from '../app/wiring.js';
import { addImport } from '../source/imports.js';
import { appendTo } from '../source/lists.js';
import { constantIn, hasProperty } from '../source/nodes.js';
import type { SourceText } from '../source/source-text.js';
import { keyColumn, type Table } from './table.js';

const STAMP = /\d{13}$/;
/** No clock is asked: the same commands write the same files. */
const FIRST_STAMP = 1_700_000_000_001;

/** Adds the migration that makes the table, as the last of its context. */
export function addMigration(folder: ContextFolder, table: Table): void {
  const { camel, kebab } = folder.name;
  const constant = `${camel}Migrations`;
  const path = `infra/${kebab}.migrations.ts`;
  requireListed(folder, constant, path);
  if (!folder.changes.has(folder.at(path))) folder.changes.create(folder.at(path), `export const ${constant} = [];\n`);
  const file = folder.changes.edit(folder.at(path), 'the migrations of the context');
  const list = constantIn(file.ast, constant);
  if (list === undefined || !ts.isArrayLiteralExpression(list))
    throw new Refused(`${file.path}: looked for export const ${constant} = [ … ]; found none`);
  const name = `Create${table.name.pascal}${nextStamp(file)}`;
  appendTo(file, list, name);
  const statement = file.ast.statements.find((one) => one.getText().includes(`${constant} =`));
  const before = statement?.getFullStart() ?? 0;
  const at = before === 0 ? 0 : (statement?.getStart() ?? 0);
  file.replace(at, at, `${migrationText(name, table)}\n`);
  addTypeImport(file);
}

/** The module must run them. */
function requireListed({ module }: ContextFolder, constant: string, path: string): void {
  const options = featureOptions(module);
  if (!hasProperty(options, 'migrations')) {
    appendTo(module, options, `migrations: ${constant}`);
    addImport(module, constant, `./${path.replace(/ts$/, 'js')}`);
  } else if (!options.properties.some((one) => one.getText() === `migrations: ${constant}`))
    throw new Refused(`${module.path}: looked for migrations: ${constant}; found another form`);
}

/** Migrations run in the order of what their names end with: this one after the last. */
function nextStamp(file: SourceText): number {
  const stamps = file.ast.statements
    .filter((statement) => ts.isClassDeclaration(statement))
    .map(({ name }) => Number(STAMP.exec(name?.text ?? '')?.[0] ?? 0));
  return Math.max(FIRST_STAMP, ...stamps.map((stamp) => stamp + 1));
}

function addTypeImport(file: SourceText): void {
  const isThere = file.ast.statements.some(
    (one) => ts.isImportDeclaration(one) && /\bMigrationInterface\b/.test(one.getText()),
  );
  if (!isThere)
    file.replace(0, 0, `import type { MigrationInterface, QueryRunner } from ${file.quoted('typeorm')};\n\n`);
}

const migrationText = (name: string, table: Table): string => {
  const whole = `${table.schema}.${table.name.snake}`;
  return `export class ${name} implements MigrationInterface {
  readonly name = '${name}';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(\`CREATE TABLE ${whole} (
      ${keyColumn(table)} ${table.key.type} PRIMARY KEY,
      events integer NOT NULL CHECK (events > 0)
    )\`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ${whole}');
  }
}
`;
};
