import { ByteReader, ByteWriter } from './bytes.ts';
import type { Entity } from './entities.ts';
import type { VigilEvent } from './events/definition.ts';
import { decodeEvent, encodeEvent, type AnyEvent } from './events/registry.ts';
import { ROLES, type Role } from './topics.ts';

const FORMAT_VERSION = 1;
const WRITER_ROLE = 0;
const WRITER_FOLD = 1;
/** Frames are written one at a time, so that one buffer serves them all. */
const scratch = new ByteWriter();

/**
 * Which input made a fold write: `index` counts the frames that it wrote for it to one partition.
 */
export interface Cause {
  readonly topic: string;
  readonly incarnation: number;
  readonly partition: number;
  readonly offset: number;
  readonly index: number;
}

/**
 * Who wrote a frame. `previous` is the cause of this fold's frame before it in the same partition.
 */
export type Writer =
  | { readonly kind: 'role'; readonly role: Role }
  | {
      readonly kind: 'fold';
      readonly fold: string;
      readonly semanticsVersion: number;
      readonly cause: Cause;
      readonly previous: { readonly offset: number; readonly index: number } | null;
    };

/** One event as it stands in a frame. */
export interface FrameEntry {
  readonly event: AnyEvent;
  /** Which event of the causing frame made this one; 0 in a role's frame. */
  readonly causeIndex: number;
  /** In lanes: which of the event's entities live in this partition. Elsewhere empty. */
  readonly lanes: readonly Entity[];
}

/** One record of the log: its writer and its events. */
export interface Frame {
  readonly writer: Writer;
  readonly entries: readonly FrameEntry[];
}

export interface EntryToWrite {
  readonly event: VigilEvent;
  readonly causeIndex: number;
  readonly lanes: readonly Entity[];
}

/** The bytes of a frame: the same frame always has the same bytes. */
export function encodeFrame(frame: {
  readonly writer: Writer;
  readonly entries: readonly EntryToWrite[];
}): Uint8Array {
  const to = scratch;
  to.reset();
  to.u8(FORMAT_VERSION);
  writeWriter(to, frame.writer);
  to.u32(frame.entries.length);
  for (const { event, causeIndex, lanes } of frame.entries) {
    const { code, version, payload } = encodeEvent(event);
    to.u16(code);
    to.u16(version);
    to.u32(causeIndex);
    to.u8(lanes.length);
    for (const lane of lanes) to.text(lane);
    to.bytes(payload);
  }
  return to.finish();
}

/** A frame that one role writes, of events in order. */
export function roleFrame(role: Role, events: readonly VigilEvent[]): Uint8Array {
  const entries = events.map((event) => ({ event, causeIndex: 0, lanes: [] }));
  return encodeFrame({ writer: { kind: 'role', role }, entries });
}

/** Throws on bytes that are no frame of this format: our own bug or a corrupted log. */
export function decodeFrame(bytes: Uint8Array): Frame {
  const from = new ByteReader(bytes);
  const format = from.u8();
  if (format !== FORMAT_VERSION) throw new Error(`unknown_frame_format: ${format}`);
  const writer = readWriter(from);
  const entries = Array.from({ length: from.u32() }, () => readEntry(from));
  if (!from.done) throw new Error('frame has bytes behind its end');
  return { writer, entries };
}

function readEntry(from: ByteReader): FrameEntry {
  const code = from.u16();
  const version = from.u16();
  const causeIndex = from.u32();
  const lanes = Array.from({ length: from.u8() }, () => from.text() as Entity);
  return { event: decodeEvent({ code, version, payload: from.bytes() }), causeIndex, lanes };
}

function writeWriter(to: ByteWriter, writer: Writer): void {
  if (writer.kind === 'role') {
    to.u8(WRITER_ROLE);
    to.text(writer.role);
    return;
  }
  to.u8(WRITER_FOLD);
  to.text(writer.fold);
  to.u16(writer.semanticsVersion);
  to.text(writer.cause.topic);
  to.u32(writer.cause.incarnation);
  to.u16(writer.cause.partition);
  to.int(writer.cause.offset);
  to.u16(writer.cause.index);
  to.u8(writer.previous === null ? 0 : 1);
  to.int(writer.previous?.offset ?? 0);
  to.u16(writer.previous?.index ?? 0);
}

function readWriter(from: ByteReader): Writer {
  if (from.u8() === WRITER_ROLE) {
    const found = from.text();
    const role = ROLES.find((candidate) => candidate === found);
    if (role === undefined) throw new Error(`unknown_role: ${found}`);
    return { kind: 'role', role };
  }
  const fold = from.text();
  const semanticsVersion = from.u16();
  const cause = {
    topic: from.text(),
    incarnation: from.u32(),
    partition: from.u16(),
    offset: from.int(),
    index: from.u16(),
  };
  const hasPrevious = from.u8() === 1;
  const previous = { offset: from.int(), index: from.u16() };
  return { kind: 'fold', fold, semanticsVersion, cause, previous: hasPrevious ? previous : null };
}
