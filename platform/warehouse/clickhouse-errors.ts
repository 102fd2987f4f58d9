import { ClickHouseError } from '@clickhouse/client';
import { WarehouseError } from '../../core/ports/warehouse.ts';

/**
 * What the client threw, as the port's error: ClickHouse's own name for its code, the system's
 * for a transport error. Errors of our own making pass as they are.
 */
export function toWarehouseError(error: unknown, options: { readonly timedOut: boolean }): unknown {
  if (error instanceof WarehouseError || error instanceof TypeError) return error;
  if (options.timedOut) {
    return new WarehouseError('TIMEOUT', 'no answer in time', { retryable: true, cause: error });
  }
  if (error instanceof ClickHouseError) {
    const name = error.type ?? `CODE_${error.code}`;
    const retryable = RETRYABLE_CODES.has(error.code);
    return new WarehouseError(name, error.message, { retryable, cause: error });
  }
  if (!(error instanceof Error)) return error;
  const code = transportCode(error);
  if (code !== undefined) {
    const retryable = RETRYABLE_TRANSPORT_CODES.has(code);
    return new WarehouseError(code, error.message, { retryable, cause: error });
  }
  // No code and not in ClickHouse's form: something between us answered, or broke off.
  return new WarehouseError('UNEXPECTED_ANSWER', error.message, { retryable: true, cause: error });
}

function transportCode(error: Error): string | undefined {
  if (!('code' in error) || typeof error.code !== 'string') return undefined;
  return error.code;
}

/** ClickHouse's codes after which the same statement may succeed without anybody changing it. */
const RETRYABLE_CODES: ReadonlySet<string> = new Set([
  '159', // TIMEOUT_EXCEEDED
  '202', // TOO_MANY_SIMULTANEOUS_QUERIES
  '209', // SOCKET_TIMEOUT
  '210', // NETWORK_ERROR
  '225', // NO_ZOOKEEPER
  '236', // ABORTED, as by a server that stops
  '241', // MEMORY_LIMIT_EXCEEDED
  '242', // TABLE_IS_READ_ONLY
  '243', // NOT_ENOUGH_SPACE
  '252', // TOO_MANY_PARTS
  '279', // ALL_CONNECTION_TRIES_FAILED
  '285', // TOO_FEW_LIVE_REPLICAS
  '319', // UNKNOWN_STATUS_OF_INSERT
  '373', // SESSION_IS_LOCKED
  '394', // QUERY_WAS_CANCELLED
  '425', // SYSTEM_ERROR
  '439', // CANNOT_SCHEDULE_TASK
  '745', // SERVER_OVERLOADED
  '999', // KEEPER_EXCEPTION
]);

const RETRYABLE_TRANSPORT_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
