import { parseConfig } from '@isolith/isolith';
import { Metrics, type DeclaredMetric } from '@isolith/observability';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { shop } from '../../src/shop.js';

/** What the shop declares, from a host of all contexts that is made and never started. */
export async function declaredMetrics(): Promise<readonly DeclaredMetric[]> {
  const { config } = parseConfig(shop, { DATA_DIR: 'memory://' });
  const host = await Test.createTestingModule({ imports: [AppModule.forRoot(config)] }).compile();
  return host.get(Metrics, { strict: false }).declared();
}
