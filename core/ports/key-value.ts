/**
 * What several processes look up fast. A projection or a secret's hash, never the truth about
 * money.
 */
export interface KeyValue {
  get(key: string): Promise<string | undefined>;
  /** `ttlMs`: after it the key is gone. Resolves once written as durably as the store can. */
  set(key: string, value: string, options: { readonly ttlMs: number }): Promise<void>;
  /** Removes the key and returns what it held: of several callers exactly one gets the value. */
  take(key: string): Promise<string | undefined>;
  delete(key: string): Promise<void>;
  /** Live keys that start with the prefix. */
  keys(prefix: string): Promise<readonly string[]>;
  close(): Promise<void>;
}
