import { digestOf } from './ids.ts';

/** Addresses of Ethereum and its kin; their capitals are a checksum only. */
const HEX_ADDRESS = /^0x[0-9a-f]{40}$/i;
/** Bech32 is written in one case, and means the same in the other. */
const CAPITAL_BECH32 = /^[A-Z]{1,16}1[02-9AC-HJ-NP-Z]{6,110}$/;

/**
 * The form in which an address or an id is compared with the entries of a list: equal things have
 * equal texts, and no two things that differ do. Base58 keeps its case.
 */
export function listEntryOf(text: string): string {
  return HEX_ADDRESS.test(text) || CAPITAL_BECH32.test(text) ? text.toLowerCase() : text;
}

/** The entries of a list as an act carries them: compared form, sorted, each once; and a digest. */
export function listEntriesOf(texts: Iterable<string>): {
  readonly entries: string[];
  readonly digest: string;
} {
  const entries = [...new Set([...texts].map(listEntryOf))].sort();
  return { entries, digest: digestOf(entries) };
}

/** Whether the entries are what {@link listEntriesOf} makes of them, and the digest is theirs. */
export function isListWhole(list: {
  readonly entries: readonly string[];
  readonly digest: string;
}): boolean {
  return (
    listEntriesOf(list.entries).digest === list.digest && digestOf(list.entries) === list.digest
  );
}
