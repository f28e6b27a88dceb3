import { readFileSync } from 'node:fs';
import { getSystemErrorMessage } from 'node:util';
import { isNativeError } from 'node:util/types';
import type { Settings } from '../context/context.js';
import { settingInfo } from '../variables/setting.js';

const FILE = '_FILE';
/** Those with a shorter name, as HOST_FILE and PORT_FILE, may well be somebody else's. */
const SHORTEST_MEANT = 5;

/** The variable that names a file with this secret in it. */
const fileVariable = (secret: string): string => `${secret}${FILE}`;

/** What the name of a variable says without `_FILE`; undefined where it does not end so. */
export const withoutFile = (variable: string): string | undefined =>
  variable.endsWith(FILE) ? variable.slice(0, -FILE.length) : undefined;

/** The variables that may name files: one for each secret, unless that name is declared itself. */
export const fileVariables = (variables: Settings): readonly string[] =>
  Object.entries(variables)
    .filter(([name, field]) => settingInfo(field).secret && !(fileVariable(name) in variables))
    .map(([name]) => fileVariable(name));

interface Given {
  /** What is known of a variable's value, with what the files of secrets hold. */
  readonly values: ReadonlyMap<string, string>;
  /** What was said, be it wrong: nobody needs to be told that it is missing. */
  readonly named: ReadonlySet<string>;
  /** The variable that the value came by, for whoever has to set it right. */
  readonly source: (variable: string) => string;
  readonly violations: readonly string[];
}

/**
 * Reads the files that `<SECRET>_FILE` names, as containers are given their secrets: AUTH_SECRET_FILE=/run/secrets/auth
 * is as good as AUTH_SECRET. Line ends at the end of a file are not part of the secret. Neither the path nor what is in
 * the file is in a violation: a path may be a secret that was given to the wrong variable.
 */
export function withSecretFiles(given: ReadonlyMap<string, string>, variables: Settings): Given {
  const values = new Map(given);
  const named = new Set(given.keys());
  const fromFile = new Set<string>();
  const violations: string[] = [];
  const files = new Set(fileVariables(variables));
  for (const [variable, path] of given) {
    const name = withoutFile(variable);
    if (name === undefined || variable in variables || !(name in variables)) continue;
    if (!files.has(variable)) {
      if (name.length >= SHORTEST_MEANT)
        violations.push(`${variable}: not a known variable, only secrets are read from files; set ${name}`);
      continue;
    }
    named.add(name);
    if (given.has(name)) {
      values.delete(name);
      violations.push(
        `${variable}: ${name} is set, too, and nobody could tell which one counts; leave one of them out`,
      );
      continue;
    }
    const { text, failed } = contentOf(path);
    if (failed === undefined) {
      values.set(name, text);
      fromFile.add(name);
    } else violations.push(`${variable}: ${failed}; expected the path of a file with ${name} in it`);
  }
  return { values, named, source: (name) => (fromFile.has(name) ? fileVariable(name) : name), violations };
}

function contentOf(path: string): { readonly text: string; readonly failed?: string } {
  try {
    const text = withoutLineEnds(readFileSync(path, 'utf8'));
    return text === '' ? { text, failed: 'the file that it names is empty' } : { text };
  } catch (error) {
    if (!isNativeError(error)) throw error;
    const reason =
      'errno' in error && typeof error.errno === 'number' ? getSystemErrorMessage(error.errno) : error.name;
    return { text: '', failed: `the file that it names can't be read (${reason})` };
  }
}

/** Without those at the end: a pattern for them would go over a long text again and again. */
function withoutLineEnds(text: string): string {
  let end = text.length;
  while (end > 0 && '\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
