#!/usr/bin/env node
import { missingNode } from './node-version.js';

const problem = missingNode(process.versions.node);
if (problem === undefined) {
  // Only now: an older Node would fail on what the rest imports, with something nobody understands.
  const { main } = await import('./main.js');
  process.exitCode = main(process.argv.slice(2), process.env['npm_config_user_agent'], {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
  });
} else {
  process.stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
