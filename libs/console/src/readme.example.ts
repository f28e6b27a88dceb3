import { ConsoleModule, consoleSettings } from '@isolith/console';
import { application, IsolithModule, parseConfig, runHost } from '@isolith/isolith';
import { WHOLE_EDGE } from '@isolith/isolith/http';
import { Module } from '@nestjs/common';

const { config } = parseConfig(application('shop', [], consoleSettings), process.env);

@Module({
  imports: [
    IsolithModule.forRoot({ config, edge: WHOLE_EDGE }),
    ConsoleModule.forRoot({ application: 'shop', settings: config.settings(consoleSettings) }), // GET /console/
  ],
})
export class ShopHost {}

export const start = (): Promise<void> => runHost({ config, module: ShopHost });
