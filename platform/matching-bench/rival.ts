import { createRequire } from 'node:module';
import { z } from 'zod';

/** The package beside which the fast book is measured; it is needed to measure only. */
export const RIVAL = 'nodejs-order-book';

/** What is used of an `OrderBook` of the rival; its own types cannot be resolved. */
export interface Rival {
  limit(order: {
    readonly id: string;
    readonly side: 'buy' | 'sell';
    readonly price: number;
    readonly size: number;
    readonly timeInForce: 'GTC' | 'IOC';
  }): unknown;
  cancel(id: string): unknown;
  modify(id: string, to: { readonly price: number; readonly size: number }): unknown;
}

const isFunction = (value: unknown): boolean => typeof value === 'function';
const rivalModule = z.object({ OrderBook: z.custom<new () => Rival>(isFunction) });

/** The rival's version, or undefined where it is not installed. */
export function rivalVersion(): string | undefined {
  try {
    const manifest: unknown = createRequire(import.meta.url)('nodejs-order-book/package.json');
    return z.object({ version: z.string() }).parse(manifest).version;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND') {
      return undefined;
    }
    throw error;
  }
}

/** An empty book of the rival. */
export function createRival(): Rival {
  const loaded: unknown = createRequire(import.meta.url)('nodejs-order-book');
  const { OrderBook } = rivalModule.parse(loaded);
  return new OrderBook();
}
