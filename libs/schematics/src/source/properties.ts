import ts from 'typescript';
import { Refused } from '../refusals/refused.js';
import { appendTo } from './lists.js';
import { hasProperty, propertyOf, resolved } from './nodes.js';
import type { SourceText } from './source-text.js';

/** Finds an object anew in the text as it is now. @throws {Refused} where it is none */
export type FindObject = (file: SourceText) => ts.ObjectLiteralExpression;

/** Adds to the array of a property, making the property where there is none; nothing where it holds the element. */
export function addToArray(file: SourceText, find: FindObject, property: string, element: string): void {
  const object = find(file);
  if (!hasProperty(object, property)) return appendTo(file, object, `${property}: [${element}]`);
  const list = resolved(propertyOf(object, property)?.initializer);
  if (list === undefined || !ts.isArrayLiteralExpression(list))
    throw new Refused(`${file.path}: looked for an array [ … ] in ${property}; found something else`);
  if (!list.elements.some((one) => one.getText() === element)) appendTo(file, list, element);
}

/** Adds an entry to the object of a property, making the property where there is none. */
export function addToObject(
  file: SourceText,
  find: FindObject,
  property: string,
  entry: { readonly key: string; readonly value: string },
): void {
  const key = /^[a-z]\w*$/.test(entry.key) ? entry.key : file.quoted(entry.key);
  const written = `${key}: ${entry.value}`;
  const object = find(file);
  if (!hasProperty(object, property)) return appendTo(file, object, `${property}: { ${written} }`);
  const inner = objectIn(file, object, property);
  if (hasProperty(inner, entry.key))
    throw new Refused(`${file.path}: ${property} has an entry ${entry.key} already; give another name`);
  appendTo(file, inner, written);
}

/** The object of a property. */
function objectIn(file: SourceText, object: ts.ObjectLiteralExpression, property: string): ts.ObjectLiteralExpression {
  const inner = resolved(propertyOf(object, property)?.initializer);
  if (inner === undefined || !ts.isObjectLiteralExpression(inner))
    throw new Refused(`${file.path}: looked for an object { … } in ${property}; found something else`);
  return inner;
}

/** Whether the object of a property has an entry. */
export function hasEntry(file: SourceText, find: FindObject, property: string, key: string): boolean {
  const object = find(file);
  return hasProperty(object, property) && hasProperty(objectIn(file, object, property), key);
}
