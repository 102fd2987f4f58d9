import { crc32 } from 'node:zlib';

/*
 * The journal's bytes, little-endian. A segment: its header, then groups. A group: header, then
 * entries. An entry: id of the topic partition (0: the log's own), length, bytes. Checksums of
 * groups are CRC-32 started from the log's random salt, so that bytes which a stranger sent and a
 * record holds cannot pass for a header.
 *
 *   segment header  magic 4 · version 4 · segment 4 · salt 4 · checksum 4 · zeros 12
 *   group header    magic 4 · payload length 4 · sequence 8 · synced segment 4 · synced offset 4 ·
 *                   payload checksum 4 · header checksum 4
 */

export const SEGMENT_HEADER_BYTES = 32;
export const GROUP_HEADER_BYTES = 32;
export const ENTRY_HEADER_BYTES = 8;
/** Entry id of what the log writes about itself; partitions are numbered from 1. */
export const LOG_ENTRY_ID = 0;
/** First bytes of every group; searched for when a group is found broken. */
export const GROUP_MAGIC_BYTES = Buffer.from('VGRP');

const SEGMENT_MAGIC = Buffer.from('VLOG').readUInt32LE();
const GROUP_MAGIC = GROUP_MAGIC_BYTES.readUInt32LE();
const FORMAT_VERSION = 1;
const SEGMENT_SPAN = 2 ** 32;
const SEGMENT_NAME = /^(\d{8})\.log$/;

/** What a group's header says; `syncedEnd` is the journal position synced when it was written. */
export interface GroupHeader {
  readonly payloadBytes: number;
  readonly sequence: number;
  readonly syncedEnd: number;
  readonly payloadChecksum: number;
}

/** A place in the journal as one number that orders all places: segment × 2³² + offset. */
export function positionOf(place: { readonly segment: number; readonly offset: number }): number {
  return place.segment * SEGMENT_SPAN + place.offset;
}

export function segmentOf(position: number): number {
  return Math.floor(position / SEGMENT_SPAN);
}

export function offsetOf(position: number): number {
  return position % SEGMENT_SPAN;
}

export function segmentName(segment: number): string {
  return `${String(segment).padStart(8, '0')}.log`;
}

/** Undefined for a file that is not a segment. */
export function segmentOfName(name: string): number | undefined {
  const digits = SEGMENT_NAME.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

export function encodeSegmentHeader(of: {
  readonly segment: number;
  readonly salt: number;
}): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEADER_BYTES);
  bytes.writeUInt32LE(SEGMENT_MAGIC, 0);
  bytes.writeUInt32LE(FORMAT_VERSION, 4);
  bytes.writeUInt32LE(of.segment, 8);
  bytes.writeUInt32LE(of.salt, 12);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 16)), 16);
  return bytes;
}

/** The log's salt, or undefined if these bytes are not the header of that segment. */
export function decodeSegmentHeader(bytes: Buffer, segment: number): number | undefined {
  if (bytes.length < SEGMENT_HEADER_BYTES) return undefined;
  const salt = bytes.readUInt32LE(12);
  const expected = encodeSegmentHeader({ segment, salt });
  return expected.equals(bytes.subarray(0, SEGMENT_HEADER_BYTES)) ? salt : undefined;
}

/** Writes the header in front of the payload of a group that is otherwise complete. */
export function sealGroup(
  group: Buffer,
  of: { readonly sequence: number; readonly syncedEnd: number; readonly salt: number },
): void {
  const payload = group.subarray(GROUP_HEADER_BYTES);
  group.writeUInt32LE(GROUP_MAGIC, 0);
  group.writeUInt32LE(payload.length, 4);
  group.writeDoubleLE(of.sequence, 8);
  group.writeUInt32LE(segmentOf(of.syncedEnd), 16);
  group.writeUInt32LE(offsetOf(of.syncedEnd), 20);
  group.writeUInt32LE(crc32(payload, of.salt), 24);
  group.writeUInt32LE(crc32(group.subarray(0, 28), of.salt), 28);
}

/** Undefined if these bytes do not begin with a whole header of this log. */
export function decodeGroupHeader(bytes: Buffer, salt: number): GroupHeader | undefined {
  if (bytes.length < GROUP_HEADER_BYTES || bytes.readUInt32LE(0) !== GROUP_MAGIC) return undefined;
  if (crc32(bytes.subarray(0, 28), salt) !== bytes.readUInt32LE(28)) return undefined;
  return {
    payloadBytes: bytes.readUInt32LE(4),
    sequence: bytes.readDoubleLE(8),
    syncedEnd: positionOf({ segment: bytes.readUInt32LE(16), offset: bytes.readUInt32LE(20) }),
    payloadChecksum: bytes.readUInt32LE(24),
  };
}

export function isWholePayload(
  payload: Buffer,
  expected: { readonly header: GroupHeader; readonly salt: number },
): boolean {
  if (payload.length !== expected.header.payloadBytes) return false;
  return crc32(payload, expected.salt) === expected.header.payloadChecksum;
}
