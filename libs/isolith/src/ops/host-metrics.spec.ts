import { expect, it, jest } from '@jest/globals';
import { Metrics } from '@isolith/observability';
import { SagaStatus } from '@isolith/saga/nest';
import { ConsoleLogger, Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { hostConfig } from '../config/host-config.js';
import { parseConfig } from '../config/parse-config.js';
import { IsolithModule } from '../index.js';

@Global()
@Module({ providers: [SagaStatus], exports: [SagaStatus] })
class SagasModule {}

it('the sagas are counted once for all the metrics of one answer, and again for the next', async () => {
  const { config } = parseConfig(hostConfig, { AUTH_SECRET: 's'.repeat(32) }, ['stock']);
  @Module({ imports: [IsolithModule.forRoot({ config }), SagasModule] })
  class AppModule {}
  const host = await Test.createTestingModule({ imports: [AppModule] }).setLogger(new ConsoleLogger({ logLevels: [] })).compile();
  await host.init();
  const counts = jest.spyOn(host.get(SagaStatus, { strict: false }), 'counts').mockResolvedValue([
    { name: 'stock.count', status: 'completed', count: 3 }, { name: 'stock.count', status: 'needs-attention', count: 1 },
  ]);
  const metrics = host.get(Metrics, { strict: false });
  const { body } = await metrics.render();
  expect(counts).toHaveBeenCalledTimes(1);
  for (const line of ['saga_needs_attention{saga="stock.count"', 'saga_count{saga="stock.count",status="completed"', 'saga_completion_rate{saga="stock.count"']) expect(body).toContain(line);
  await metrics.render();
  expect(counts).toHaveBeenCalledTimes(2);
  await host.close();
}, 60_000);
