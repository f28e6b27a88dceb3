/**
 * A preload (`node --import`) that tells which files of a built shop have functions entered after a request that a test
 * marks.
 *
 *   ENTERED_FILES  where it is written when the process ends: {"marked":[["<name>",["src/….ts",…]],…]}, files in the
 *                  order of their first entry
 *
 * A request with the header `x-marked: <name>` begins a list of that name, which ends when the next one begins. What
 * other requests do is left out: a test may look at the order as often as it likes.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import ts from 'typescript';

const { ENTERED_FILES } = process.env;
const ROOT = new URL('../../', import.meta.url).href;
const BUILT = /^((?:libs\/[^/]+\/)?)dist\/(.+)\.js$/;
const NAME = 'isolith: entered functions';

const marked = new Map();
const lookedAt = new AsyncLocalStorage();
let entered;

const entry = (source) => `globalThis[Symbol.for('${NAME}')](${JSON.stringify(source)})`;

/** What is put where: a call at the beginning of each function's body and of each class's construction. */
const insertions = (ast, source) => {
  const found = [];
  const visit = (node) => {
    if (ts.isFunctionLike(node) && node.body !== undefined) {
      if (ts.isBlock(node.body)) found.push([node.body.getStart(ast) + 1, `${entry(source)};`]);
      else found.push([node.body.getStart(ast), `(${entry(source)},`], [node.body.end, ')']);
    } else if (ts.isClassLike(node) && !node.members.some(ts.isConstructorDeclaration)) {
      const derived = node.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) === true;
      const given = derived ? ['...given', 'super(...given);'] : ['', ''];
      found.push([node.members.pos, `constructor(${given[0]}){${given[1]}${entry(source)};}`]);
    }
    ts.forEachChild(node, visit);
  };
  visit(ast);
  return found.toSorted(([a], [b]) => b - a);
};

const told = (text, source) => {
  let instrumented = text;
  const ast = ts.createSourceFile(source, text, ts.ScriptTarget.Latest, true);
  for (const [at, inserted] of insertions(ast, source))
    instrumented = instrumented.slice(0, at) + inserted + instrumented.slice(at);
  return instrumented;
};

if (ENTERED_FILES !== undefined) {
  globalThis[Symbol.for(NAME)] = (source) => {
    if (entered !== undefined && lookedAt.getStore() !== true) entered.add(source);
  };
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const [, lib, file] = BUILT.exec(url.startsWith(ROOT) ? url.slice(ROOT.length) : '') ?? [];
      if (file === undefined) return loaded;
      const text = typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source);
      return { ...loaded, source: told(text, `${lib}src/${file}.ts`) };
    },
  });
  subscribe('http.server.request.start', ({ request }) => {
    const mark = request.headers['x-marked'];
    if (mark !== undefined) marked.set(mark, (entered = new Set()));
    // Within the host's handling of the request, and of nothing else.
    lookedAt.enterWith(mark === undefined);
  });
  process.on('exit', () =>
    writeFileSync(ENTERED_FILES, JSON.stringify({ marked: [...marked].map(([mark, files]) => [mark, [...files]]) })),
  );
}
