import { isIPv4, isIPv6 } from 'node:net';

/** An address as a number: all 32 bits of IPv4, the first 64 bits (the network) of IPv6. */
export type IpNumber =
  { readonly kind: 'v4'; readonly value: number } | { readonly kind: 'v6'; readonly value: bigint };

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;
const GROUPS = 8;
const NETWORK_GROUPS = 4;
const DOTTED_TAIL = /:\d+\.\d+\.\d+\.\d+$/;

/** Undefined for what is no address; an IPv4 address inside of IPv6 counts as itself. */
export function ipNumber(text: string): IpNumber | undefined {
  const v4 = MAPPED.exec(text)?.[1] ?? text;
  if (isIPv4(v4)) {
    const value = v4.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
    return { kind: 'v4', value };
  }
  if (!isIPv6(text) || text.includes('%')) return undefined;
  const groups = groupsOf(text.replace(DOTTED_TAIL, ':0:0')).slice(0, NETWORK_GROUPS);
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  return { kind: 'v6', value };
}

function groupsOf(text: string): readonly string[] {
  const [head = '', tail] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  if (tail === undefined) return before;
  const after = tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: GROUPS - before.length - after.length }, () => '0');
  return [...before, ...zeros, ...after];
}
