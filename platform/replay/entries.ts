import { stringifyJson } from '../../core/codec.ts';
import type { FrameEntry } from '../../core/frame.ts';

/**
 * Which events of two frames differ, by the event that caused them; nothing else of a frame counts.
 */
export function differingEntries(frames: {
  readonly expected: readonly FrameEntry[];
  readonly found: readonly FrameEntry[];
}): readonly { readonly expected: unknown; readonly found: unknown }[] {
  const { expected, found } = frames;
  const differing: { readonly expected: unknown; readonly found: unknown }[] = [];
  const left = found.map((entry) => ({ entry, text: textOf(entry) }));
  const unmatched: FrameEntry[] = [];
  for (const entry of expected) {
    const text = textOf(entry);
    const at = left.findIndex((candidate) => candidate.text === text);
    if (at < 0) unmatched.push(entry);
    else left.splice(at, 1);
  }
  const pairs = Math.max(unmatched.length, left.length);
  for (let pair = 0; pair < pairs; pair += 1) {
    differing.push({
      expected: unmatched[pair]?.event ?? null,
      found: left[pair]?.entry.event ?? null,
    });
  }
  return differing;
}

function textOf({ event, causeIndex, lanes }: FrameEntry): string {
  return stringifyJson([causeIndex, lanes, event]);
}
