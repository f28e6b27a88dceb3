import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { newCustomer } from '../../support/client.js';
import { temporaryFolder } from '../../support/host.js';
import { acceptedOrder, ADMIN, newProduct, untilEnded, type Shop } from '../../support/shop.js';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const exec = promisify(execFile);

export interface Bounds {
  readonly seed: number;
  /** Requests that are drawn per operation and phase, beside those that every schema yields. */
  readonly examples: number;
  readonly limitMs: number;
}

export interface Verdict {
  /** Whether it ended, and found nothing. */
  readonly passed: boolean;
  readonly operations: number;
  readonly cases: number;
  /** All that it wrote, with a command for each finding that repeats it. */
  readonly output: string;
}

const report = z.object({
  operations: z.object({ tested: z.int() }),
  test_cases: z.object({ generated: z.int() }),
});

/** Finds the Python that has Schemathesis; installs it where it is not there yet. */
export async function schemathesisPython(): Promise<string> {
  const { stdout } = await exec(process.execPath, [join(ROOT, 'scripts', 'schemathesis.ts')]);
  const python = stdout.trim().split('\n').at(-1);
  if (python === undefined) throw new Error(`no Python was named: ${stdout}`);
  return python;
}

/** Lets Schemathesis call a shop with what its document tells, right and wrong, as its admin. */
export async function runSchemathesis(shop: Pick<Shop, 'url' | 'admin'>, bounds: Bounds): Promise<Verdict> {
  const python = await schemathesisPython();
  const folder = temporaryFolder();
  const [config, told] = [join(folder, 'schemathesis.toml'), join(folder, 'report.json')];
  const sku = await newProduct(shop, 1_000_000);
  const customer = await newCustomer(shop.url);
  const order = await acceptedOrder(customer, sku);
  await untilEnded(shop.admin, order);
  writeFileSync(config, configuration(shop.admin.token ?? '', { sku, order, user: customer.userId ?? '' }));
  const run = ['-m', 'schemathesis.cli', '--config-file', config, 'run', `${shop.url}/docs-json`, '--no-color'];
  const drawn = ['--seed', String(bounds.seed), '--max-examples', String(bounds.examples)];
  const account = { email: ADMIN.email, password: ADMIN.password };
  const env = { ...process.env, OUTSIDE_DATA: JSON.stringify({ sku, ...account }), PYTHONUTF8: '1' };
  const options = { cwd: folder, env, timeout: bounds.limitMs, maxBuffer: 64 * 1024 * 1024 };
  const ended = await exec(python, [...run, ...drawn, '--report-json-path', told], options).then(
    ({ stdout, stderr }) => ({ passed: true, output: stdout + stderr }),
    (error: unknown) => {
      const { killed, stdout = '', stderr = '' } = Object(error);
      const late = killed === true ? `\nit had not ended within ${bounds.limitMs} ms` : '';
      return { passed: false, output: `${stdout}${stderr}${late}\n${String(error)}` };
    },
  );
  const counted = report.safeParse(parseJson(told));
  return {
    ...ended,
    operations: counted.data?.operations.tested ?? 0,
    cases: counted.data?.test_cases.generated ?? 0,
  };
}

/** Half of what names something names what is there, else nearly every answer were 404. */
function configuration(token: string, there: Readonly<Record<'sku' | 'order' | 'user', string>>): string {
  const dictionary = (name: string): string => `{ dictionary = "${name}", probability = 0.5 }`;
  return `
hooks = ${JSON.stringify(join(import.meta.dirname, 'hooks.py'))}
warnings = false
request-timeout = 20
headers = { Authorization = "Bearer ${token}" }

${Object.entries(there)
  .map(([name, value]) => `[dictionaries.${name}]\nvalues = ["${value}"]`)
  .join('\n')}

[parameters]
"path.sku" = ${dictionary('sku')}
"path.orderId" = ${dictionary('order')}

[[operations]]
include-path-regex = "^/v1/orders/"
parameters = { "path.id" = ${dictionary('order')} }

[[operations]]
include-path-regex = "^/v1/users/"
parameters = { "path.id" = ${dictionary('user')} }
`;
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    // It ended before it could tell; what it wrote says why.
    return undefined;
  }
}
