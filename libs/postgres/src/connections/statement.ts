import type { CustomTypesConfig } from 'pg';

export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
  /** What only the driver itself knows how to do with it. */
  readonly driver?: DriverOptions;
}

export interface DriverOptions {
  readonly queryMode: 'extended';
  readonly rowMode: string | undefined;
  readonly types: CustomTypesConfig | undefined;
}

export interface StatementResult<R> {
  readonly rows: R[];
  readonly rowCount: number | null;
  readonly command: string;
}

export const BEGIN = { name: 'isolith-begin', text: 'BEGIN' } as const;
export const COMMIT = { name: 'isolith-commit', text: 'COMMIT' } as const;
