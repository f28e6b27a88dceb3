import ts from 'typescript';

/** The node and everything in it, outside first. */
export function* nodesIn(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) yield* nodesIn(child);
}

/** Calls of a function that is written like this: `context`, `IsolithModule.forFeature`. */
export const callsOf = (node: ts.Node, callee: string): readonly ts.CallExpression[] =>
  [...nodesIn(node)].filter((one) => ts.isCallExpression(one)).filter((call) => call.expression.getText() === callee);

/** The initializer of a constant at the top of the file. */
export function constantIn(file: ts.SourceFile, name: string): ts.Expression | undefined {
  return file.statements
    .filter((statement) => ts.isVariableStatement(statement))
    .flatMap(({ declarationList }) => declarationList.declarations)
    .find((declaration) => declaration.name.getText() === name)?.initializer;
}

/** A class at the top of the file. */
export const classIn = (file: ts.SourceFile, name: string): ts.ClassDeclaration | undefined =>
  file.statements
    .filter((statement) => ts.isClassDeclaration(statement))
    .find((declaration) => declaration.name?.text === name);

/** The expression, or that of the constant of this file whose name it is. */
export const resolved = (expression: ts.Expression | undefined): ts.Expression | undefined =>
  expression !== undefined && ts.isIdentifier(expression)
    ? constantIn(expression.getSourceFile(), expression.text)
    : expression;

/** The property of an object that is written out; undefined for a shorthand or a method as well. */
export const propertyOf = (object: ts.ObjectLiteralExpression, name: string): ts.PropertyAssignment | undefined =>
  object.properties
    .filter((property) => ts.isPropertyAssignment(property))
    .find((property) => nameOf(property.name) === name);

export const hasProperty = (object: ts.ObjectLiteralExpression, name: string): boolean =>
  object.properties.some((property) => property.name !== undefined && nameOf(property.name) === name);

const nameOf = (name: ts.PropertyName): string =>
  ts.isStringLiteral(name) || ts.isIdentifier(name) ? name.text : name.getText();
