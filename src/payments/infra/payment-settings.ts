import { Injectable } from '@nestjs/common';

/** `timeoutMs`: how long one attempt waits for the provider (`PAYMENT_TIMEOUT_MS`). */
@Injectable()
export class PaymentSettings {
  constructor(readonly timeoutMs: number) {}
}
