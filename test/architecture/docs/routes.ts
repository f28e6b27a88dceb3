import type { Missing } from './named-things.js';

const ROUTE = /(?<![\w./:<>-])\/(?:v1|actuator|health|metrics|docs|docs-json)(?:\/[\w:<>.-]*)*(?![\w])/g;

/**
 * Paths of HTTP that no controller has. What a page leaves out of a path (`/actuator/parked`) may go on at the
 * controller.
 */
export const missingRoutes: Missing = (files) => {
  const routes = [...files]
    .filter(([path]) => /^(src|libs)\/.*\.ts$/.test(path) && !path.endsWith('.spec.ts'))
    .flatMap(([, text]) => routesIn(text))
    .map((route) => route.split('/'));
  return (text) =>
    [...text.matchAll(ROUTE)]
      .map(([path]) => path.replace(/[.]$/, ''))
      .filter((path) => {
        const parts = path.replace(/^\//, '').replace(/\/$/, '').split('/');
        const fits = (part: string, at: string | undefined): boolean => at === part || (at?.startsWith(':') ?? false);
        return !routes.some((route) => parts.every((part, nth) => fits(part, route[nth])));
      });
};

function routesIn(text: string): readonly string[] {
  const [, base] = /@Controller\((?:'([^']*)')?\)/.exec(text) ?? [undefined, undefined];
  if (!text.includes('@Controller(')) return [];
  return [...text.matchAll(/@(?:Get|Post|Put|Patch|Delete)\((?:'([^']*)')?\)/g)].map(([, more]) =>
    [base, more].filter((part) => part !== undefined && part !== '').join('/'),
  );
}
