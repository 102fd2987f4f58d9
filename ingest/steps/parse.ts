import { deadLetter, drop, ok, type Outcome } from '../../core/outcomes.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';

/** The longest event that is taken in; a dead letter keeps as much of a longer one. */
export const EVENT_BYTES_MAX = 64 * 1024;
/** Every known event is at most four levels deep; more is no event but an attack on the stack. */
const DEPTH_MAX = 16;
const decoder = new TextDecoder('utf-8', { fatal: true });
const BLANK = /^\s*$/;

export type ParseDrop = 'blank';
export type ParseRefusal =
  'too_large' | 'invalid_utf8' | 'too_deep' | 'malformed_json' | 'not_an_object';

/** Bytes to a JSON object; a line without content is dropped. */
export function createParseStep() {
  return function parseStep(bytes: Uint8Array): Outcome<JsonObject, ParseDrop, ParseRefusal> {
    if (bytes.length > EVENT_BYTES_MAX) {
      return deadLetter('too_large', `${bytes.length} bytes, at most ${EVENT_BYTES_MAX}`);
    }
    const text = decodeText(bytes);
    if (text === undefined) return deadLetter('invalid_utf8', 'the bytes are not UTF-8');
    if (BLANK.test(text)) return drop('blank');
    if (isTooDeep(bytes)) return deadLetter('too_deep', `nested deeper than ${DEPTH_MAX} levels`);
    const parsed = parseText(text);
    if (parsed.kind === 'malformed') return deadLetter('malformed_json', parsed.detail);
    if (!isJsonObject(parsed.json)) return deadLetter('not_an_object', 'an event is a JSON object');
    return ok(parsed.json);
  };
}

function decodeText(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

/** The house's own codec would turn texts into money here, before anybody has looked at them. */
function parseText(
  text: string,
):
  | { readonly kind: 'parsed'; readonly json: unknown }
  | { readonly kind: 'malformed'; readonly detail: string } {
  try {
    return { kind: 'parsed', json: JSON.parse(text) };
  } catch (error) {
    return { kind: 'malformed', detail: error instanceof Error ? error.message : 'no JSON' };
  }
}

/** Looks at the brackets outside of strings; the bytes of other characters are never brackets. */
function isTooDeep(bytes: Uint8Array): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (inString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > DEPTH_MAX) return true;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return false;
}
