import { expect, it } from '@jest/globals';
import { CENSORED } from './index.js';
import { start } from './readme.example.js';

it("the README's host logs what can be joined, without what is secret, and shows its metrics", async () => {
  const lines: string[] = [];
  const { app, metrics } = await start({ write: (line) => void lines.push(line) });
  await app.close();
  expect(lines.map((line): unknown => JSON.parse(line))).toContainEqual(
    expect.objectContaining({
      level: 'info',
      service_name: 'shop',
      trace_id: '0af7651916cd43dd8448eb211c80319c',
      password: CENSORED,
      message: 'signed in',
    }),
  );
  const { body } = await metrics.render();
  expect(body).toMatch(/^queue_depth\{service="shop"\} 0$/m);
  expect(body).toMatch(
    /^service_request_total\{method="GET",route="\/v1\/orders\/:id",status="200",service="shop"\} 1$/m,
  );
});
