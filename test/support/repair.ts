import { runMain } from './run-main.js';

/** The shop's program with `--repair`, as a process of its own. */
export const repairShop = (
  environment: Readonly<Record<string, string>>,
  ...more: readonly string[]
): ReturnType<typeof runMain> => runMain(environment, '--repair', ...more);
