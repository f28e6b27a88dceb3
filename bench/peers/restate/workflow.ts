import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttp2Server } from 'node:http2';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import * as restate from '@restatedev/restate-sdk';
import * as clients from '@restatedev/restate-sdk-clients';
import { charge, issueTicket, requireWhole, takeSeat, type Trip } from '../../contestants/workflow/steps.ts';
import type { Contestant } from '../../harness/contestant.ts';
import { keepBusy } from '../../harness/keep-busy.ts';

const booking = restate.workflow({
  name: 'booking',
  handlers: {
    run: async (ctx: restate.WorkflowContext, tripId: string): Promise<Trip> => {
      const { seat } = await ctx.run('seat', () => takeSeat(tripId));
      const { payment } = await ctx.run('payment', () => charge(tripId));
      const { ticket } = await ctx.run('ticket', () => issueTicket(tripId));
      return { tripId, seat, payment, ticket };
    },
  },
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** The server as it comes, but for its ports, its folder and that it talks to this machine only. */
async function startServer(folder: string, ingress: number, admin: number): Promise<ChildProcess> {
  const [node, tokio] = [await freePort(), await freePort()];
  const local = (port: number): string => `127.0.0.1:${port}`;
  const program = createRequire(import.meta.url).resolve(
    `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`,
  );
  const server = spawn(program, ['--base-dir', folder, '--node-name', 'bench'], {
    stdio: 'ignore',
    env: {
      ...process.env,
      RUST_LOG: 'error',
      DO_NOT_TRACK: '1',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_BIND_ADDRESS: local(node),
      RESTATE_ADVERTISED_ADDRESS: `http://${local(node)}`,
      RESTATE_INGRESS__BIND_ADDRESS: local(ingress),
      RESTATE_ADMIN__BIND_ADDRESS: local(admin),
      RESTATE_TOKIO_CONSOLE_BIND_ADDRESS: local(tokio),
    },
  });
  for (let looks = 0; looks < 300; looks += 1) {
    if (server.exitCode !== null) throw new Error(`restate-server ended with ${server.exitCode}`);
    const healthy = await fetch(`http://${local(admin)}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) return server;
    await pause(100);
  }
  server.kill('SIGKILL');
  throw new Error('restate-server did not start');
}

export const open = async (): Promise<Contestant> => {
  const folder = await mkdtemp(join(tmpdir(), 'bench-restate-'));
  const [ingressPort, adminPort, ownPort] = [await freePort(), await freePort(), await freePort()];
  const server = await startServer(folder, ingressPort, adminPort);
  process.on('exit', () => server.kill('SIGKILL'));
  const steps = createHttp2Server(restate.createEndpointHandler({ services: [booking] })).listen(ownPort, '127.0.0.1');
  await once(steps, 'listening');
  const registered = await fetch(`http://127.0.0.1:${adminPort}/deployments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ uri: `http://127.0.0.1:${ownPort}` }),
  });
  if (!registered.ok) throw new Error(`the deployment was refused: ${await registered.text()}`);
  const ingress = clients.connect({ url: `http://127.0.0.1:${ingressPort}` });
  let started = 0;
  return {
    run: (work) =>
      keepBusy(work, async () => {
        const tripId = `trip-${(started += 1)}`;
        const client = ingress.workflowClient(booking, tripId);
        await client.workflowSubmit(tripId);
        requireWhole(await client.workflowAttach());
      }),
    close: async () => {
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
};
