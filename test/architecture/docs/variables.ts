import { ownDatabaseVariable, parseConfig } from '@isolith/isolith';
import { shop } from '../../../src/shop.js';
import type { Files, Missing } from './named-things.js';

/** What a process that is no host reads: scripts, tests, Compose, the image. */
const CONSTANT = /^export const ([A-Z][A-Z0-9_]*)\b/gm;
const READ =
  /(?:env\['|env\[`|env\.|(?:oneOf|parsed)(?:<\w+>)?\('|\$\{|\{ environment: |^\s*(?:ENV|ARG) )([A-Z][A-Z0-9_]*)/gm;

/**
 * Variables of the environment that nothing reads: neither a schema of the configuration nor a script, a test or
 * Compose; and constants that no source has.
 */
export const missingVariables: Missing = (files) => {
  const known = new Set([
    ...Object.keys(shop.variables),
    ...Object.keys(shop.variables).map(inFile).filter(isRead),
    ...shop.names.flatMap((context) => {
      const url = ownDatabaseVariable(context);
      return [url, url.replace(/URL$/, 'PASSWORD')];
    }),
    ...readElsewhere(files),
  ]);
  return (text) =>
    [...text.matchAll(/(?<![\w$<{-])(?:[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+(?![\w-])|[A-Z][A-Z0-9_]+(?==))/g)]
      .map(([name]) => name)
      .filter((name) => !known.has(name));
};

const inFile = (variable: string): string => `${variable}_FILE`;

/** Whether a host takes the path of a file from it: one that can't be there is said to be unreadable. */
const isRead = (variable: string): boolean =>
  parseConfig(shop, { [variable]: '\u0000' }).violations.some((line) => line.includes("can't be read"));

function readElsewhere(files: Files): readonly string[] {
  return [...files]
    .filter(([path]) => /\.(mjs|ts|yml)$|Dockerfile$/.test(path) && !path.includes('/fixtures/'))
    .flatMap(([, text]) => [READ, CONSTANT].flatMap((told) => [...text.matchAll(told)].map(([, name = '']) => name)));
}
