import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';
import { addImport } from './imports.js';
import { appendTo } from './lists.js';
import { constantIn } from './nodes.js';
import { SourceText } from './source-text.js';

/** The text of a file whose constant `list` got elements. */
function appended(text: string, ...elements: string[]): string {
  const file = new SourceText('a.ts', text);
  for (const element of elements) {
    const list = constantIn(file.ast, 'list');
    if (list === undefined || !(ts.isArrayLiteralExpression(list) || ts.isObjectLiteralExpression(list)))
      throw new Error(`no list in ${file.text}`);
    appendTo(file, list, element);
  }
  return file.text;
}

function imported(text: string, name: string, from: string): string {
  const file = new SourceText('a.ts', text);
  addImport(file, name, from);
  return file.text;
}

describe('an element', () => {
  it.each([
    ['const list = [];', 'const list = [A];'],
    ['const list = {};', 'const list = { A };'],
    ['const list = [B];', 'const list = [B, A];'],
    ['const list = [B,];', 'const list = [B, A];'],
    ['const list = { b: 1 };', 'const list = { b: 1, A };'],
    ['const list = [\n  B,\n];', 'const list = [\n  B,\n  A,\n];'],
    ['const list = [\n\tB\n];', 'const list = [\n\tB,\n\tA\n];'],
    ['const list = [\n  B, // b\n  // more\n];', 'const list = [\n  B, // b\n  A,\n  // more\n];'],
    ['const list = [\n  // none yet\n];', 'const list = [\n  // none yet\n  A,\n];'],
    ['const list = [\r\n  B,\r\n];', 'const list = [\r\n  B,\r\n  A,\r\n];'],
  ])('is added to %j in its layout', (before, after) => {
    expect(appended(before, 'A')).toBe(after);
  });

  it('of several lines, or one too many, has the list written one below the other', () => {
    expect(appended('const list = [B];', 'f({\n  a,\n})')).toBe('const list = [\n  B,\n  f({\n    a,\n  }),\n];');
    const long = 'A'.repeat(60);
    expect(appended('  const list = [/* b */ B];', long, long)).toBe(
      `  const list = [\n    /* b */ B,\n    ${long},\n    ${long},\n  ];`,
    );
    expect(appended('const list = [f({\n  b,\n})];', 'f({\n  a,\n})')).toBe(
      'const list = [\n  f({\n    b,\n  }),\n  f({\n    a,\n  }),\n];',
    );
  });
});

describe('an import', () => {
  it.each([
    ['', `import { A } from './a.js';\n`],
    [`import { B } from './b.js';\n`, `import { A } from './a.js';\nimport { B } from './b.js';\n`],
    [`import { z } from 'zod';\n`, `import { z } from 'zod';\nimport { A } from './a.js';\n`],
    [`import "zod"\n`, `import "zod"\nimport { A } from "./a.js"\n`],
    [`import { B } from './a.js';\n`, `import { B, A } from './a.js';\n`],
    [`import type { A } from './a.js';\n`, `import type { A } from './a.js';\nimport { A } from './a.js';\n`],
    [`import * as a from './a.js';\n`, `import * as a from './a.js';\nimport { A } from './a.js';\n`],
    [`import { A } from './a.js';\n`, `import { A } from './a.js';\n`],
    [
      `import { C } from './c.js';\nimport { B } from './b.js';\n`,
      `import { C } from './c.js';\nimport { B } from './b.js';\nimport { A } from './a.js';\n`,
    ],
    [
      `/** Says why. */\nexport const x = 1;\n`,
      `import { A } from './a.js';\n\n/** Says why. */\nexport const x = 1;\n`,
    ],
  ])('is added to %j', (before, after) => {
    expect(imported(before, 'A', './a.js')).toBe(after);
  });

  it('of a package stands with those of packages', () => {
    expect(imported(`import { B } from './b.js';\n`, 'z', 'zod')).toBe(
      `import { z } from 'zod';\nimport { B } from './b.js';\n`,
    );
  });
});
