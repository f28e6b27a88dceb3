import { HostSettings } from '@isolith/isolith';
import { JournalModule } from '@isolith/journal/nest';
import { Module } from '@nestjs/common';
import { z } from 'zod';
import { PaymentSettings } from '../payment-settings.js';
import { PAYMENT_PROVIDER } from './payment-provider.js';
import { SANDBOX, SandboxLedger } from './sandbox-ledger.js';
import { SandboxProvider } from './sandbox-provider.js';
import { sandboxMigrations } from './sandbox.migrations.js';

const settings = z.object({ PAYMENT_TIMEOUT_MS: z.int().min(1) });

/** Another company's system as far as payments are concerned: a module of its own keeps its units of work apart from theirs. */
@Module({
  imports: [JournalModule.forFeature({ context: SANDBOX, migrations: sandboxMigrations })],
  providers: [
    {
      provide: PaymentSettings,
      inject: [HostSettings],
      useFactory: (host: HostSettings) => new PaymentSettings(host.read(settings).PAYMENT_TIMEOUT_MS),
    },
    SandboxLedger,
    { provide: PAYMENT_PROVIDER, useClass: SandboxProvider },
  ],
  exports: [PAYMENT_PROVIDER, PaymentSettings],
})
export class SandboxProviderModule {}
