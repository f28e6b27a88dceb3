import { settingsOf, type SettingsOf } from '@isolith/isolith';
import { JournalModule } from '@isolith/journal/nest';
import { Module } from '@nestjs/common';
import { payments, SANDBOX } from '../../payments.context.js';
import { PaymentSettings } from '../payment-settings.js';
import { PAYMENT_PROVIDER } from './payment-provider.js';
import { SandboxLedger } from './sandbox-ledger.js';
import { SandboxProvider } from './sandbox-provider.js';
import { sandboxMigrations } from './sandbox.migrations.js';

/**
 * Another company's system as far as payments are concerned: a module of its own keeps its units of work apart from
 * theirs.
 */
@Module({
  imports: [JournalModule.forFeature({ context: SANDBOX, migrations: sandboxMigrations })],
  providers: [
    {
      provide: PaymentSettings,
      inject: [settingsOf(payments)],
      useFactory: ({ PAYMENT_TIMEOUT_MS }: SettingsOf<typeof payments>) => new PaymentSettings(PAYMENT_TIMEOUT_MS),
    },
    SandboxLedger,
    { provide: PAYMENT_PROVIDER, useClass: SandboxProvider },
  ],
  exports: [PAYMENT_PROVIDER, PaymentSettings],
})
export class SandboxProviderModule {}
