import type { BreakKind } from '../core/events/cuts.ts';
import type { Break } from './facts.ts';

interface EpisodeBreak extends Break {
  /** The cut that last spoke about this kind. */
  readonly minute: number;
}

/** A row of minutes at which an asset's books did not add up, from the first to a clean cut. */
export interface Episode {
  readonly firstMinute: number;
  /** The last cut that showed a severe break. */
  readonly lastMinute: number;
  readonly breaks: readonly EpisodeBreak[];
  /** How many alerts were raised so far: it numbers them. */
  readonly alerts: number;
  /** What was found of it, or null before that. */
  readonly located: { readonly found: number; readonly totalMinor: bigint } | null;
}

export type EpisodeChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'opened'; readonly episode: Episode }
  | { readonly kind: 'changed'; readonly episode: Episode }
  | { readonly kind: 'kept'; readonly episode: Episode };

/**
 * Takes the severe breaks that one cut showed. `judged` names the kinds that were asked: of these,
 * one that is not found is over. An older cut never overrides what a newer one said.
 */
export function continueEpisode(
  episode: Episode | undefined,
  cut: {
    readonly minute: number;
    readonly judged: readonly BreakKind[];
    readonly severe: readonly Break[];
  },
): EpisodeChange {
  const { minute, severe } = cut;
  if (episode === undefined) {
    if (severe.length === 0) return { kind: 'none' };
    const breaks = severe.map((found) => ({ ...found, minute }));
    const opened = { firstMinute: minute, lastMinute: minute, breaks, alerts: 1, located: null };
    return { kind: 'opened', episode: opened };
  }
  const known = new Map(episode.breaks.map((found) => [found.kind, found]));
  let changed = false;
  for (const kind of cut.judged) {
    const before = known.get(kind);
    if (before !== undefined && before.minute > minute) continue;
    const found = severe.find((candidate) => candidate.kind === kind);
    if (found === undefined) {
      known.delete(kind);
      continue;
    }
    changed ||= before?.amountMinor !== found.amountMinor;
    known.set(kind, { ...found, minute });
  }
  const next = {
    ...episode,
    lastMinute: severe.length > 0 ? Math.max(minute, episode.lastMinute) : episode.lastMinute,
    breaks: [...known.values()],
    alerts: episode.alerts + (changed ? 1 : 0),
  };
  return { kind: changed ? 'changed' : 'kept', episode: next };
}

/** A clean cut ends the episode only if no later cut has shown a break already. */
export function endsWith(episode: Episode, cut: { readonly cleanMinute: number }): boolean {
  return cut.cleanMinute > episode.lastMinute;
}
