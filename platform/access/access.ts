import { randomBytes } from 'node:crypto';
import { sha256Hex } from '../../core/ids.ts';
import type { KeyValue } from '../../core/ports/key-value.ts';

const SECRET_BYTES = 32;
const HOUR_MS = 3_600_000;
/** A sign-in link works once, and not after this. */
export const LINK_TTL_MS = 24 * HOUR_MS;
export const SESSION_TTL_MS = 12 * HOUR_MS;
const CLIENT_TOKEN_TTL_MS = 365 * 24 * HOUR_MS;

/** Secrets are handed out once and kept as hashes only: losing them means asking for new ones. */
export interface Access {
  /** A single-use secret by which a member of staff signs in. */
  issueLink(staff: string): Promise<string>;
  /** Takes the link and opens a session; undefined if it is unknown, used or too old. */
  redeemLink(
    link: string,
  ): Promise<{ readonly session: string; readonly staff: string } | undefined>;
  staffOf(session: string): Promise<string | undefined>;
  endSession(session: string): Promise<void>;
  /** A program's token; the one it had before ends. */
  issueClientToken(client: string): Promise<string>;
  clientOf(token: string): Promise<string | undefined>;
}

export function createAccess(options: { readonly keyValue: KeyValue }): Access {
  const { keyValue } = options;
  return {
    async issueLink(staff) {
      const link = newSecret();
      await keyValue.set(`link/${sha256Hex(link)}`, staff, { ttlMs: LINK_TTL_MS });
      return link;
    },
    async redeemLink(link) {
      const staff = await keyValue.take(`link/${sha256Hex(link)}`);
      if (staff === undefined) return undefined;
      const session = newSecret();
      await keyValue.set(`session/${sha256Hex(session)}`, staff, { ttlMs: SESSION_TTL_MS });
      return { session, staff };
    },
    staffOf: (session) => keyValue.get(`session/${sha256Hex(session)}`),
    endSession: (session) => keyValue.delete(`session/${sha256Hex(session)}`),
    async issueClientToken(client) {
      const token = newSecret();
      const hash = sha256Hex(token);
      const before = await keyValue.take(`client-of/${client}`);
      if (before !== undefined) await keyValue.delete(`client/${before}`);
      await keyValue.set(`client/${hash}`, client, { ttlMs: CLIENT_TOKEN_TTL_MS });
      await keyValue.set(`client-of/${client}`, hash, { ttlMs: CLIENT_TOKEN_TTL_MS });
      return token;
    },
    clientOf: (token) => keyValue.get(`client/${sha256Hex(token)}`),
  };
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString('base64url');
}
