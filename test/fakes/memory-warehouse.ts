import { WarehouseError, type Warehouse, type WarehouseRow } from '../../core/ports/warehouse.ts';

export interface MemoryInsert {
  readonly table: string;
  readonly rows: readonly WarehouseRow[];
  readonly token: string | undefined;
}

export interface MemoryWarehouseOptions {
  /** Awaited before the rows are kept: a rejection means that none was. */
  readonly beforeInsert?: (insert: MemoryInsert) => Promise<void>;
  /** Awaited after they are kept: a rejection means that nobody knows whether they were. */
  readonly afterInsert?: (insert: MemoryInsert) => Promise<void>;
}

/**
 * As much of a warehouse as the archive needs: it keeps rows, knows the tokens of earlier inserts,
 * and answers the two questions that the archive asks at its start.
 */
export class MemoryWarehouse implements Warehouse {
  readonly #tables = new Map<string, WarehouseRow[]>();
  readonly #tokens = new Set<string>();
  readonly #options: MemoryWarehouseOptions;

  constructor(options: MemoryWarehouseOptions = {}) {
    this.#options = options;
  }

  rows(table: string): readonly WarehouseRow[] {
    return this.#tables.get(table) ?? [];
  }

  async insert(
    table: string,
    rows: readonly WarehouseRow[],
    options: { readonly token?: string } = {},
  ): Promise<void> {
    const insert = { table, rows, token: options.token };
    await this.#options.beforeInsert?.(insert);
    if (insert.token === undefined || !this.#tokens.has(insert.token)) {
      this.#tables.set(table, [...this.rows(table), ...rows]);
    }
    if (insert.token !== undefined) this.#tokens.add(insert.token);
    await this.#options.afterInsert?.(insert);
  }

  async query<Row extends WarehouseRow>(
    text: string,
    parameters: Readonly<Record<string, unknown>> = {},
  ): Promise<readonly Row[]> {
    const answers: readonly unknown[] = this.#answer(text, parameters);
    return answers.filter((answer): answer is Row => answer !== undefined);
  }

  async migrate(): Promise<readonly string[]> {
    return [];
  }

  async ping(): Promise<void> {
    await Promise.resolve();
  }

  async close(): Promise<void> {
    await Promise.resolve();
  }

  #answer(text: string, parameters: Readonly<Record<string, unknown>>): readonly WarehouseRow[] {
    const table = /FROM (\w+)/.exec(text)?.[1] ?? '';
    const partition = this.rows(table).filter(
      (row) => row['log_partition'] === parameters['partition'],
    );
    if (table === 'archive_manifest') {
      const rows = partition.filter((row) => row['topic'] === parameters['topic']);
      const last = highest(rows, 'next_offset');
      const row = rows.find((each) => each['next_offset'] === last);
      return row === undefined ? [] : [{ ...row, next_offset: String(last) }];
    }
    if (!text.includes('max(log_offset)')) {
      throw new WarehouseError('unknown_query', text, { retryable: false });
    }
    const next = Number(parameters['next']);
    const rows = partition.filter((row) => Number(row['log_offset']) >= next);
    return [{ last: String(Math.max(0, highest(rows, 'log_offset'))), rows: String(rows.length) }];
  }
}

function highest(rows: readonly WarehouseRow[], column: string): number {
  return Math.max(-1, ...rows.map((row) => Number(row[column])));
}
