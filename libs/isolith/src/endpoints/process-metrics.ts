import { performance } from 'node:perf_hooks';
import type { Metrics } from '@isolith/observability';
import type { HostName } from '../topology/host-name.js';

/** What runs in this process, and how busy its event loop is. How late the loop is, the library's own metrics say. */
export function observeProcess(
  metrics: Metrics,
  { build, isolith }: HostName,
  missing: (error: unknown) => void,
): void {
  const labels = { version: build ?? 'unnamed', isolith, node: process.versions.node };
  metrics.observe(
    {
      name: 'build_info',
      help: 'Always 1: BUILD_VERSION (unnamed without one), the version of Isolith and that of Node.js.',
      labels: Object.keys(labels),
    },
    () => [{ labels, value: 1 }],
    missing,
  );
  let before = performance.eventLoopUtilization();
  metrics.observe(
    {
      name: 'event_loop_utilization',
      help: 'Share of the time, since it was last asked for, in which the event loop had work: at 1 the host can do no more.',
    },
    () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      return [{ value: utilization }];
    },
    missing,
  );
}
