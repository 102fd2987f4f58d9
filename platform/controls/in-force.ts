import type { Act, ActOf, StaffRight } from '../../core/events/acts.ts';
import type { ActRefuseReason } from '../../core/events/controls.ts';
import type { FoldState } from '../../core/fold-state.ts';
import { isListWhole } from '../../core/list-entries.ts';

/** Lists live in every judge's memory: so many, of so many entries as an act may carry. */
const LISTS_MAX = 32;

/** A block of an asset's withdrawals; `clear` once a clean cut came after it. */
interface Block {
  readonly reason: string;
  readonly sinceMs: number;
  readonly clear: boolean;
}

/** What is in force now, as far as it decides which acts may follow. */
export interface InForce {
  /** How many acts were applied so far. */
  version(): number;
  hasRight(of: { readonly staff: string; readonly rights: readonly StaffRight[] }): boolean;
  /** Why the act cannot be applied as things stand, or undefined. */
  refusalOf(act: Act): { readonly reason: ActRefuseReason; readonly detail: string } | undefined;
  /** Puts the act in force and returns its version. */
  apply(act: Act, at: { readonly request: string; readonly nowMs: number }): number;
}

export function createInForce(state: FoldState): InForce {
  const version = (): number => state.get<number>('version') ?? 0;
  return {
    version,
    hasRight: ({ staff, rights }) => {
      const held = state.get<readonly StaffRight[]>(`staff/${staff}`) ?? [];
      return rights.some((right) => held.includes(right));
    },
    refusalOf: (act) => refusalOf(state, act),
    apply: (act, { nowMs }) => {
      remember(state, { act, nowMs });
      const next = version() + 1;
      state.set('version', next);
      return next;
    },
  };
}

function refusalOf(state: FoldState, act: Act): ReturnType<InForce['refusalOf']> {
  switch (act.kind) {
    case 'lift-block': {
      const block = state.get<Block>(`block/${act.asset}`);
      if (block === undefined)
        return { reason: 'not_blocked', detail: `${act.asset} is not blocked` };
      if (block.clear) return undefined;
      return { reason: 'break_open', detail: `no clean cut of ${act.asset} since the block` };
    }
    case 'clear-block':
      return state.get<Block>(`block/${act.asset}`) === undefined
        ? { reason: 'not_blocked', detail: `${act.asset} is not blocked` }
        : undefined;
    case 'release-withdrawal':
      return state.get<Block>(`block/${act.asset}`) === undefined
        ? undefined
        : { reason: 'asset_blocked', detail: `withdrawals of ${act.asset} are blocked` };
    case 'list-market':
      return [act.market.base, act.market.quote].every((asset) => state.get(`asset/${asset}`))
        ? undefined
        : {
            reason: 'unknown_asset',
            detail: `${act.market.base} and ${act.market.quote} must be listed`,
          };
    case 'apply-rule':
      return isNewer({ act: act.version, known: state.get<number>(`rule/${act.rule}`) });
    case 'apply-policy':
      return isNewer({ act: act.version, known: state.get<number>('policy') });
    case 'change-list':
      return refusalOfList(state, act);
    default:
      return undefined;
  }
}

function refusalOfList(
  state: FoldState,
  act: ActOf<'change-list'>,
): ReturnType<InForce['refusalOf']> {
  if (!isListWhole(act)) {
    return { reason: 'digest_mismatch', detail: `the digest is not that of the entries` };
  }
  const known = state.get<number>(`list/${act.list}`);
  if (known === undefined && [...state.entries('list/')].length >= LISTS_MAX) {
    return { reason: 'too_many_lists', detail: `at most ${LISTS_MAX} lists` };
  }
  return isNewer({ act: act.version, known });
}

function isNewer(versions: {
  readonly act: number;
  readonly known: number | undefined;
}): ReturnType<InForce['refusalOf']> {
  const { act, known = 0 } = versions;
  if (act > known) return undefined;
  return { reason: 'stale_version', detail: `version ${act} does not follow ${known}` };
}

function remember(
  state: FoldState,
  { act, nowMs }: { readonly act: Act; readonly nowMs: number },
): void {
  switch (act.kind) {
    case 'list-asset':
      return state.set(`asset/${act.asset.asset}`, act.asset);
    case 'change-staff':
      return state.set(`staff/${act.staff}`, act.rights);
    case 'apply-rule':
      return state.set(`rule/${act.rule}`, act.version);
    case 'apply-policy':
      return state.set('policy', act.version);
    case 'change-list':
      return state.set(`list/${act.list}`, act.version);
    case 'place-block':
      return state.set(`block/${act.asset}`, { reason: act.reason, sinceMs: nowMs, clear: false });
    case 'clear-block': {
      const block = state.get<Block>(`block/${act.asset}`);
      return block === undefined
        ? undefined
        : state.set(`block/${act.asset}`, { ...block, clear: true });
    }
    case 'lift-block':
      return state.delete(`block/${act.asset}`);
    default:
  }
}
