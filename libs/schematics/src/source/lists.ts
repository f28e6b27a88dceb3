import ts from 'typescript';
import type { SourceText } from './source-text.js';

type Listed = ts.ArrayLiteralExpression | ts.ObjectLiteralExpression | ts.NamedImports;

/** A list on one line that became longer is written one below the other. */
const WIDEST = 120;
const UNIT = '  ';

const elementsOf = (list: Listed): ts.NodeArray<ts.Node> =>
  ts.isObjectLiteralExpression(list) ? list.properties : list.elements;

/** Adds an element behind the last one, in the layout of the list; what is in it already stays as it is. */
export function appendTo(file: SourceText, list: Listed, element: string): void {
  const elements = elementsOf(list);
  const last = elements.at(-1);
  if (last === undefined) return putFirst(file, list, element);
  if (file.isOneLine(list.getStart(), last.getStart())) {
    if (element.includes('\n')) return breakUp(file, list, element);
    file.replace(last.getEnd(), elements.end, `, ${element}`);
    if (file.lineLengthAt(last.getEnd()) > WIDEST) breakUp(file, againAt(file, list));
    return;
  }
  const indent = file.indentAt(last.getStart());
  const line = `\n${indented(element, indent)}`;
  if (!elements.hasTrailingComma) file.replace(last.getEnd(), last.getEnd(), `,${line}`);
  else {
    const [comment] = ts.getTrailingCommentRanges(file.text, elements.end) ?? [];
    const end = comment?.end ?? elements.end;
    file.replace(end, end, `${line},`);
  }
}

function putFirst(file: SourceText, list: Listed, element: string): void {
  const [from, to] = [list.getStart() + 1, list.getEnd() - 1];
  const [space, comma] = ts.isArrayLiteralExpression(list) ? ['', ','] : [' ', ','];
  const outer = file.indentAt(list.getStart());
  const comments = file.text.slice(from, to).trimEnd();
  if (comments !== '' || element.includes('\n'))
    file.replace(from, to, `${comments}\n${indented(element, outer + UNIT)}${comma}\n${outer}`);
  else {
    file.replace(from, to, `${space}${element}${space}`);
    if (file.lineLengthAt(from) > WIDEST) breakUp(file, againAt(file, list));
  }
}

/**
 * Writes the elements, and another, one below the other; so is then the list around them that begins on the same line.
 */
function breakUp(file: SourceText, list: Listed, another?: string): void {
  const outer = file.indentAt(list.getStart());
  const present = elementsOf(list).map((one) => deeper(one.getFullText().trim(), outer));
  const added = another === undefined ? [] : [indented(another, outer + UNIT)];
  const lines = [...present, ...added].map((text) => `${text},\n`).join('');
  const around = listAround(file, list);
  file.replace(list.getStart() + 1, list.getEnd() - 1, `\n${lines}${outer}`);
  if (around !== undefined && !around.getText().includes('`')) breakUp(file, againAt(file, around));
}

/**
 * What stood on a line that is indented like this, one step further in; a text of several lines in it stays as it is.
 */
const deeper = (text: string, indent: string): string => {
  const further = text.includes('`') ? text : text.replace(/\n(?=[^\r\n])/g, `\n${UNIT}`);
  return indent + UNIT + further;
};

/** The array around a list, if it begins on the same line. */
function listAround(file: SourceText, list: Listed): Listed | undefined {
  for (let node: ts.Node = list.parent; !ts.isSourceFile(node); node = node.parent)
    if (ts.isArrayLiteralExpression(node)) return file.isOneLine(node.getStart(), list.getStart()) ? node : undefined;
  return undefined;
}

/** The list in the tree of the text as it is now: whatever begins before it is still there. */
function againAt(file: SourceText, list: Listed): Listed {
  const at = list.getStart();
  const find = (node: ts.Node): Listed | undefined =>
    node.getStart() === at && node.kind === list.kind && isList(node) ? node : ts.forEachChild(node, find);
  return find(file.ast) ?? list;
}

const isList = (node: ts.Node): node is Listed =>
  ts.isArrayLiteralExpression(node) || ts.isObjectLiteralExpression(node) || ts.isNamedImports(node);

const indented = (text: string, indent: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? line : indent + line))
    .join('\n');
