/** Takes structured entries; Nest's Logger is one. */
export interface SagaLog {
  warn(entry: object): void;
  error(entry: object): void;
}
