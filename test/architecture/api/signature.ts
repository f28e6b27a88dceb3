import ts from 'typescript';

/**
 * A type that is longer is shown by its outermost name: a schema as a type says in a hundred lines what its fields say
 * in ten.
 */
const LONGEST_TYPE = 600;
/** A longer one is shown in lines. */
const LONGEST_LINE = 100;
const FORMAT =
  ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope |
  ts.TypeFormatFlags.WriteArrowStyleSignature;

/** How a declaration is used: as its source says it, without bodies and without what is private. */
export function signatureOf(node: ts.Declaration, checker: ts.TypeChecker): string | undefined {
  if (ts.isInterfaceDeclaration(node)) return withoutExport(node);
  if (ts.isTypeAliasDeclaration(node)) return aliasOf(node, checker);
  if (ts.isFunctionDeclaration(node)) return functionOf(node, checker);
  if (ts.isClassDeclaration(node)) return classOf(node, checker);
  if (ts.isVariableDeclaration(node)) return constantOf(node, checker);
  throw new TypeError(
    `${node.getSourceFile().fileName}: ${ts.SyntaxKind[node.kind]} is no declaration that is known here`,
  );
}

/** A type in lines, as somebody would write it. */
function printed(type: ts.Type, node: ts.Node, checker: ts.TypeChecker): string {
  const flags =
    ts.NodeBuilderFlags.NoTruncation |
    ts.NodeBuilderFlags.InTypeAlias |
    ts.NodeBuilderFlags.MultilineObjectLiterals |
    ts.NodeBuilderFlags.UseAliasDefinedOutsideCurrentScope;
  const typeNode = checker.typeToTypeNode(type, node, flags);
  if (typeNode === undefined) return checker.typeToString(type, node, FORMAT);
  return ts.createPrinter().printNode(ts.EmitHint.Unspecified, typeNode, node.getSourceFile()).replaceAll('    ', '  ');
}

const withoutExport = (node: ts.Node): string => node.getText().replace(/^export (?:declare )?/, '');

function aliasOf(node: ts.TypeAliasDeclaration, checker: ts.TypeChecker): string {
  const text = withoutExport(node);
  // Of a schema's type the fields are of interest, not the name of the schema.
  if (!/\b(?:output|input|infer)<\s*typeof\b/.test(text)) return text;
  return `type ${node.name.text} = ${printed(checker.getTypeAtLocation(node), node, checker)};`;
}

function functionOf(node: ts.FunctionDeclaration, checker: ts.TypeChecker): string | undefined {
  const overloads = checker.getSymbolAtLocation(node.name ?? node)?.declarations ?? [];
  // What implements overloads is seen by nobody.
  if (overloads.length > 1 && node.body !== undefined) return undefined;
  return `${headOf(node, checker)};`.replace(/^export /, '').replace(/^async /, '');
}

/** A function, a method or an accessor up to its body; what it returns is said where the source leaves it out. */
function headOf(node: ts.FunctionLikeDeclaration, checker: ts.TypeChecker): string {
  const source = node.getSourceFile().text;
  const head = source
    .slice(node.getStart(), node.body?.getStart() ?? node.end)
    .trim()
    .replace(/;$/, '');
  if (node.type !== undefined || ts.isConstructorDeclaration(node) || ts.isSetAccessorDeclaration(node)) return head;
  const signature = checker.getSignatureFromDeclaration(node);
  return signature === undefined ? head : `${head}: ${checker.typeToString(signature.getReturnType(), node, FORMAT)}`;
}

function classOf(node: ts.ClassDeclaration, checker: ts.TypeChecker): string {
  const source = node.getSourceFile().text;
  const keyword = node.modifiers?.find(({ kind }) => kind === ts.SyntaxKind.AbstractKeyword);
  const start = keyword?.getStart() ?? source.lastIndexOf('class ', node.name?.getStart());
  const members = node.members.filter((member) => isPublic(member)).map((member) => memberOf(member, checker));
  const head = source.slice(start, node.members.pos).trim();
  return members.length === 0 ? `${head}}` : `${head}\n${members.join('\n')}\n}`;
}

function isPublic(member: ts.ClassElement): boolean {
  const hidden = ts.getCombinedModifierFlags(member) & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected);
  const isStaticBlock = ts.isClassStaticBlockDeclaration(member);
  return hidden === 0 && !isStaticBlock && !(member.name !== undefined && ts.isPrivateIdentifier(member.name));
}

function memberOf(member: ts.ClassElement, checker: ts.TypeChecker): string {
  const told = ts.getJSDocCommentsAndTags(member).map((comment) => `  ${comment.getText()}\n`);
  return `${told.join('')}  ${declarationOf(member, checker).replace(/\basync /, '')};`;
}

function declarationOf(member: ts.ClassElement, checker: ts.TypeChecker): string {
  if (ts.isPropertyDeclaration(member)) {
    if (member.type !== undefined || isLiteral(member.initializer))
      return member
        .getText()
        .replace(/;$/, '')
        .replace(member.type === undefined ? /$^/ : / = [^]*$/, '');
    const before = member.getText().split(' = ')[0] ?? '';
    return `${before}: ${shortOf(checker.typeToString(checker.getTypeAtLocation(member), member, FORMAT))}`;
  }
  return ts.isFunctionLike(member) && !ts.isIndexSignatureDeclaration(member)
    ? headOf(member, checker)
    : member.getText().replace(/;$/, '');
}

function constantOf(node: ts.VariableDeclaration, checker: ts.TypeChecker): string {
  const { initializer } = node;
  const name = node.name.getText();
  if (isLiteral(initializer)) return `const ${name} = ${initializer?.getText() ?? ''};`;
  const type = checker.getTypeAtLocation(node);
  const line = checker.typeToString(type, node, FORMAT);
  return `const ${name}: ${line.length < LONGEST_LINE ? line : shortOf(printed(type, node, checker))};`;
}

const isLiteral = (node: ts.Expression | undefined): boolean =>
  node !== undefined &&
  (ts.isLiteralExpression(node) || node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword);

const shortOf = (type: string): string =>
  type.length <= LONGEST_TYPE ? type : `${type.slice(0, type.indexOf('<'))}<…>`;
