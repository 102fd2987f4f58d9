/** A row as it is inserted: column name to value; bigints and dates as strings. */
export type WarehouseRow = Readonly<Record<string, unknown>>;

/** The analytical store that every event is archived to once. */
export interface Warehouse {
  /**
   * Applies the numbered migrations that are missing, in order; returns the names of those applied.
   */
  migrate(): Promise<readonly string[]>;
  /**
   * Inserts as one atomic block; the same token again within the window is a repetition and adds
   * nothing.
   */
  insert(
    table: string,
    rows: readonly WarehouseRow[],
    options?: { readonly token?: string },
  ): Promise<void>;
  /**
   * Parameters are bound by name, never spliced: `{name:Type}` in the text. 64-bit and wider
   * integers come as strings.
   */
  query<Row extends WarehouseRow>(
    text: string,
    parameters?: Readonly<Record<string, unknown>>,
  ): Promise<readonly Row[]>;
  /** Throws unless a query is answered. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * What the warehouse's adapter throws: `retryable` is true where the same call may succeed later.
 */
export class WarehouseError extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(
    code: string,
    message: string,
    options: { readonly retryable: boolean; readonly cause?: unknown },
  ) {
    super(`${code}: ${message}`, { cause: options.cause });
    this.name = 'WarehouseError';
    this.code = code;
    this.retryable = options.retryable;
  }
}
