/** A parameter as it is sent: text, bytes, or null. */
export type WireValue = string | Buffer | null;

/** Parameters as the driver would write them; undefined when one is of a kind that is better left to the driver. */
export function wireValues(values: readonly unknown[]): WireValue[] | undefined {
  const written: WireValue[] = [];
  for (const value of values) {
    const text = wireValue(value);
    if (text === undefined) return undefined;
    written.push(text);
  }
  return written;
}

function wireValue(value: unknown): WireValue | undefined {
  if (typeof value === 'string') return value;
  if (value === null || value === undefined) return null;
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (Buffer.isBuffer(value)) return value;
  return Array.isArray(value) ? arrayLiteral(value) : undefined;
}

/** '{"a","b",NULL}'; undefined for an array that holds something else than text, numbers, booleans and null. */
function arrayLiteral(items: readonly unknown[]): string | undefined {
  let literal = '{';
  for (const [index, item] of items.entries()) {
    if (index > 0) literal += ',';
    if (typeof item === 'string') literal += quotedItem(item);
    else if (typeof item === 'number' || typeof item === 'boolean') literal += String(item);
    else if (item === null) literal += 'NULL';
    else return undefined;
  }
  return `${literal}}`;
}

/** In quotes, or an empty text, one with a comma and the word NULL would be read as something else. */
const quotedItem = (item: string): string => `"${/["\\]/.test(item) ? item.replace(/["\\]/g, '\\$&') : item}"`;
