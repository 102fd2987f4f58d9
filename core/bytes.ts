const GROWTH_FACTOR = 2;
const INITIAL_BYTES = 256;
/** Up to this length the loops below are faster than the encoder's way through the runtime. */
const SHORT_TEXT_MAX = 48;
const ASCII_MAX = 0x7f;
/** Of one UTF-16 unit in UTF-8. */
const UTF8_BYTES_MAX = 3;
const encoder = new TextEncoder();
// A mark at the start of a text is part of it and must come back.
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const INT64_MASK = (1n << 64n) - 1n;
const U8_MAX = 0xff;
const U16_MAX = 0xffff;
const U32_MAX = 0xffff_ffff;

/** Appends little-endian fields to a buffer that grows; text is UTF-8 behind a 32-bit length. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  u8(value: number): void {
    assertUnsigned(value, U8_MAX);
    this.#reserve(1);
    this.#view.setUint8(this.#length, value);
    this.#length += 1;
  }

  u16(value: number): void {
    assertUnsigned(value, U16_MAX);
    this.#reserve(2);
    this.#view.setUint16(this.#length, value, true);
    this.#length += 2;
  }

  u32(value: number): void {
    assertUnsigned(value, U32_MAX);
    this.#reserve(4);
    this.#view.setUint32(this.#length, value, true);
    this.#length += 4;
  }

  /** A safe integer, as a double: exact from −2^53 to 2^53. */
  int(value: number): void {
    if (!Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** A signed 128-bit integer. */
  i128(value: bigint): void {
    if (BigInt.asIntN(128, value) !== value) throw new RangeError('amount exceeds 128 bits');
    this.#reserve(16);
    this.#view.setBigUint64(this.#length, value & INT64_MASK, true);
    this.#view.setBigInt64(this.#length + 8, value >> 64n, true);
    this.#length += 16;
  }

  text(value: string): void {
    const { length } = value;
    this.#reserve(4 + length * UTF8_BYTES_MAX);
    const at = this.#length + 4;
    let written = length <= SHORT_TEXT_MAX ? this.#ascii(value, at) : -1;
    if (written < 0) written = encoder.encodeInto(value, this.#bytes.subarray(at)).written;
    this.#view.setUint32(this.#length, written, true);
    this.#length = at + written;
  }

  bytes(value: Uint8Array): void {
    this.u32(value.length);
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** A copy of what was written; the writer may be used again after {@link reset}. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  reset(): void {
    this.#length = 0;
  }

  /** How many bytes it took, or −1 where the text is not all ASCII. */
  #ascii(value: string, at: number): number {
    const bytes = this.#bytes;
    for (let index = 0; index < value.length; index += 1) {
      const unit = value.charCodeAt(index);
      if (unit > ASCII_MAX) return -1;
      bytes[at + index] = unit;
    }
    return value.length;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const grown = new Uint8Array(
      Math.max(this.#bytes.length * GROWTH_FACTOR, this.#length + count),
    );
    grown.set(this.#bytes);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** Reads what {@link ByteWriter} wrote; throws RangeError where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  u8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  i128(): bigint {
    const at = this.#advance(16);
    return this.#view.getBigUint64(at, true) | (this.#view.getBigInt64(at + 8, true) << 64n);
  }

  text(): string {
    const length = this.u32();
    const at = this.#advance(length);
    const short = length <= SHORT_TEXT_MAX ? this.#ascii(at, length) : undefined;
    return short ?? decoder.decode(this.#bytes.subarray(at, at + length));
  }

  /** A view, not a copy. */
  bytes(): Uint8Array {
    const length = this.u32();
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Undefined where the text is not all ASCII. */
  #ascii(at: number, length: number): string | undefined {
    const bytes = this.#bytes;
    let value = '';
    for (let index = at; index < at + length; index += 1) {
      const byte = bytes[index];
      if (byte === undefined || byte > ASCII_MAX) return undefined;
      value += String.fromCharCode(byte);
    }
    return value;
  }

  #advance(count: number): number {
    const at = this.#at;
    if (at + count > this.#bytes.length) throw new RangeError('bytes end inside a field');
    this.#at += count;
    return at;
  }
}

/** A view would store a larger number modulo its width: better no record than a wrong one. */
function assertUnsigned(value: number, max: number): void {
  if (!Number.isInteger(value) || value < 0 || value > max) {
    throw new RangeError(`not an integer from 0 to ${max}: ${value}`);
  }
}
