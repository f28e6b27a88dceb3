import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';

/** Where people may write such a list. Sources go by imports, tests and benches say what they set up. */
const PLACES = ['.ci', '.env.example', 'docs', 'scripts'];
const TEXT = /\.(json|js|mjs|ts|md|ya?ml|sh)$|^(Dockerfile|\.env\.example|run)$/;

/**
 * Files of the repository outside of its sources that name every context: each of them is a list, or reads like one.
 */
export function filesWithAllContexts(root: string, contexts: readonly string[]): readonly string[] {
  const patterns = contexts.map((name) => new RegExp(`(?<![a-z])${name}(?![a-z])`, 'i'));
  const ofTheRoot = readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : []));
  return [...new Set([...ofTheRoot, ...PLACES.flatMap((place) => filesIn(root, place))])]
    .filter((file) => TEXT.test(posix.basename(file)))
    .filter((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return patterns.every((pattern) => pattern.test(text));
    })
    .toSorted();
}

function filesIn(root: string, place: string): readonly string[] {
  if (!existsSync(join(root, place))) return [];
  if (statSync(join(root, place)).isFile()) return [place];
  return readdirSync(join(root, place)).flatMap((name) => filesIn(root, posix.join(place, name)));
}
