import { schemaOf } from '@isolith/postgres';
import ts from 'typescript';
import { lineOf, nodesOf, type SourceFile } from './sources.js';
import { placeOf, type Rule, type Violation } from './tree.js';

const IN_STATEMENTS = /\b(?:into|create|alter|drop|join|truncate|references|from)\s|\bsearch_path/i;

const looksLikeSql = (text: string): boolean =>
  IN_STATEMENTS.test(text) || (/\bupdate\s/i.test(text) && /\bset\s/i.test(text));

interface Text {
  readonly node: ts.Node;
  readonly text: string;
}

/** The texts of a file that can be SQL: a template counts as a whole, with each substitution as one opaque word. */
function textsOf(source: SourceFile): readonly Text[] {
  return [...nodesOf(source.ast)].flatMap((node): readonly Text[] => {
    if (ts.isStringLiteralLike(node)) return [{ node, text: node.text }];
    if (!ts.isTemplateExpression(node)) return [];
    return [{ node, text: [node.head.text, ...node.templateSpans.map((span) => span.literal.text)].join('$1') }];
  });
}

/**
 * Each place where a text names the schema: as a qualifier of a table, or where a statement names schemas themselves.
 */
function mentions(text: string, schema: string): readonly number[] {
  // What SQL itself quotes is data: 'orders.order-placed' is a message name. Blanked and not cut, so that lines stay.
  const code = text
    .split("'")
    .map((part, nth) => (nth % 2 === 0 ? part : part.replaceAll(/[^\n]/g, ' ')))
    .join("'");
  const qualifier = new RegExp(`(?<![\\w.$:@/"-])(?:${schema}|"${schema}")\\.["a-z_$*][\\w$]*"?(?![\\w-])`, 'gi');
  const named = new RegExp(
    `\\b(?:schema(?:\\s+if\\s+(?:not\\s+)?exists)?|search_path\\s*(?:to|=)[^;]*?)\\s+"?${schema}"?(?![\\w-])`,
    'gi',
  );
  return [...code.matchAll(qualifier), ...code.matchAll(named)].map((match) => match.index);
}

/** `schema: 'payments'` of an entity names the schema as surely as SQL does. */
function isSchemaOption(node: ts.Node, schema: string): boolean {
  return (
    ts.isPropertyAssignment(node) &&
    node.name.getText() === 'schema' &&
    ts.isStringLiteralLike(node.initializer) &&
    node.initializer.text === schema
  );
}

function lineAt(source: SourceFile, { node, text }: Text, index: number): number {
  return lineOf(source, node) + (text.slice(0, index).match(/\n/g)?.length ?? 0);
}

function foreignSchemas(source: SourceFile, foreign: readonly string[]): readonly Violation[] {
  const found = (schema: string, line: number): Violation => ({
    file: source.path,
    line,
    message: `names the schema ${schema} of another context`,
  });
  const inSql = textsOf(source)
    .filter(({ text }) => looksLikeSql(text))
    .flatMap((text) =>
      foreign.flatMap((schema) =>
        mentions(text.text, schema).map((index) => found(schema, lineAt(source, text, index))),
      ),
    );
  const inOptions = [...nodesOf(source.ast)].flatMap((node) =>
    foreign.filter((schema) => isSchemaOption(node, schema)).map((schema) => found(schema, lineOf(source, node))),
  );
  return [...inSql, ...inOptions];
}

export const ownSchema: Rule = {
  id: 'own-schema',
  why: 'a query over two schemas works until one of them moves to another database',
  check: (tree) =>
    tree.sources.flatMap((source) => {
      const place = placeOf(tree, source.path);
      if (place === undefined) return [];
      const foreign = tree.contexts.filter(({ name }) => name !== place.context);
      return foreignSchemas(
        source,
        foreign.map(({ name, schema }) => schemaOf({ context: name, schema })),
      );
    }),
};
