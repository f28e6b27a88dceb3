import ts from 'typescript';
import type { PublicExport, PublicExports } from './public-exports.js';
import { signatureOf } from './signature.js';

/** The page of each package, by its path from the root. */
export function apiPages({ checker, exports }: PublicExports): ReadonlyMap<string, string> {
  const first = new Map<ts.Symbol, PublicExport>();
  for (const one of exports) {
    // The package that declares it tells of it, wherever else it can be imported from.
    const known = first.get(one.symbol);
    if (known === undefined || (!declaredIn(known) && declaredIn(one))) first.set(one.symbol, one);
  }
  const pages = Map.groupBy(exports, packageOf);
  return new Map(
    [...pages].map(([name, own]) => {
      const entries = [...Map.groupBy(own, ({ entry }) => entry)];
      const parts = entries.map(([entry, offered]) => {
        const told = offered.map((one) => {
          const place = first.get(one.symbol);
          return place === undefined || place === one
            ? tell(one, checker)
            : `### ${one.name}\n\nThat of \`${place.entry}\`.\n`;
        });
        return `## \`${entry}\`\n\n${told.join('\n')}`;
      });
      const folder = own[0]?.lib ?? name;
      const head = `# ${name}: what it exports\n\nMade by \`npm run api\` from the sources. What the package is for: [README](../../libs/${folder}/README.md).\n`;
      return [`docs/api/${folder}.md`, `${head}\n${parts.join('\n')}`];
    }),
  );
}

/** Scoped names have two parts. */
const packageOf = ({ entry }: PublicExport): string =>
  entry
    .split('/')
    .slice(0, entry.startsWith('@') ? 2 : 1)
    .join('/');
const declaredIn = (one: PublicExport): boolean => one.file.startsWith(`libs/${one.lib}/`);

/** Whether anybody said what it means. */
export const isDocumented = ({ symbol }: PublicExport, checker: ts.TypeChecker): boolean =>
  firstParagraph(symbol, checker) !== '';

function tell({ name, symbol }: PublicExport, checker: ts.TypeChecker): string {
  const signatures = (symbol.declarations ?? []).flatMap((node) => signatureOf(node, checker) ?? []);
  const throws = symbol
    .getJsDocTags(checker)
    .filter(({ name: tag }) => tag === 'throws')
    .map(({ text }) => `\nThrows: ${oneLine(ts.displayPartsToString(text)).replace(/^\{(\w+)\}/, '$1')}\n`);
  const told = firstParagraph(symbol, checker);
  return [
    `### ${name}\n`,
    ...(told === '' ? [] : [`${told}\n`]),
    ...throws.map((line) => line.slice(1)),
    `\`\`\`ts\n${signatures.join('\n')}\n\`\`\`\n`,
  ].join('\n');
}

/** A list, a diagram and what stands behind an empty line belong to the source. */
function firstParagraph(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const lines = ts.displayPartsToString(symbol.getDocumentationComment(checker)).split('\n');
  const end = lines.findIndex((line) => /^(\s*$|\s*- |\s{2,})/.test(line));
  return oneLine((end < 0 ? lines : lines.slice(0, end)).join('\n'));
}

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' ').trim();
