import { hostLog, Metrics, readTraceparent } from '@isolith/observability';
import { nestLog } from '@isolith/observability/nest';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';

@Module({})
class AppModule {}

const waiting: string[] = [];
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

export async function start(destination: { write(line: string): void } = process.stdout) {
  const fields = () => ({ trace_id: readTraceparent(traceparent)?.traceId });
  const log = hostLog({ level: 'info', service: 'shop', fields, destination });
  const app = await NestFactory.createApplicationContext(AppModule, { logger: nestLog(log) });
  log.info({ password: 'hunter2' }, 'signed in'); // {"level":"info","service_name":"shop","trace_id":…,"password":"[redacted]",…}

  const metrics = new Metrics('shop');
  metrics.served({ method: 'GET', route: '/v1/orders/:id', status: 200 }, 0.012);
  metrics.observe(
    { name: 'queue_depth', help: 'Jobs that wait.' },
    () => [{ value: waiting.length }],
    (error) => log.warn({ err: error }, 'queue_depth could not be read'),
  );
  return { app, metrics }; // GET /metrics answers with `await metrics.render()`: its contentType and body
}
