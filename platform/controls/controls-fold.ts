import { AdjustBalance } from '../../core/events/commands.ts';
import type { Act } from '../../core/events/acts.ts';
import {
  ActPending,
  ActRefused,
  type ActRefuseReason,
  type ActApproved,
  type ActAsked,
} from '../../core/events/controls.ts';
import type { DataOf } from '../../core/events/definition.ts';
import { ControlApplied } from '../../core/events/every.ts';
import { ActRecorded } from '../../core/events/records.ts';
import type { Emit, Fold, FoldContext, FoldInput, FoldInstance } from '../../core/fold.ts';
import type { Writer } from '../../core/frame.ts';
import { digestOf } from '../../core/ids.ts';
import { TICKED_TOPICS } from '../../core/topics.ts';
import { ACT_RULES } from './rights.ts';
import { createInForce, type InForce } from './in-force.ts';

const CONTROLS = { topic: 'controls.v1', partition: 0 } as const;
const AUDIT = { topic: 'audit.v1', partition: 0 } as const;
const NO_DIGEST = '0'.repeat(64);

interface Request {
  readonly by: string;
  readonly act: Act;
  readonly actDigest: string;
  readonly state: 'pending' | 'closed';
}

interface Refusal {
  readonly reason: ActRefuseReason;
  readonly detail: string;
}

/**
 * Checks rights, persons and digests of what people and roles ask for, and writes what is applied
 * into every partition that a fold reads. It is the only writer of `ControlApplied`.
 */
export const controlsFold: Fold = {
  name: 'controls',
  semanticsVersion: 1,
  reads: 'controls.v1',
  create: (context) => new Controls(context),
};

class Controls implements FoldInstance {
  readonly #context: FoldContext;
  readonly #inForce: InForce;

  constructor(context: FoldContext) {
    this.#context = context;
    this.#inForce = createInForce(context.state);
  }

  handle(input: FoldInput, emit: Emit): void {
    const { event } = input;
    if (event.type === 'VenueOpened') this.#open(input, { acts: event.data.acts, emit });
    if (event.type === 'ActAsked') this.#ask(input, { asked: event.data, emit });
    if (event.type === 'ActApproved') this.#approve(input, { approved: event.data, emit });
  }

  #open(
    input: FoldInput,
    { acts, emit }: { readonly acts: readonly Act[]; readonly emit: Emit },
  ): void {
    if (this.#inForce.version() > 0) {
      const refusal = { reason: 'venue_open', detail: 'the venue is open already' } as const;
      this.#refuse(input, {
        request: 'open',
        by: 'supervisor',
        actDigest: NO_DIGEST,
        refusal,
        emit,
      });
      return;
    }
    acts.forEach((act, number) => {
      const request = `open-${number}`;
      this.#apply(input, { request, by: 'supervisor', approvedBy: null, act, emit });
    });
  }

  #ask(
    input: FoldInput,
    { asked, emit }: { readonly asked: DataOf<typeof ActAsked>; readonly emit: Emit },
  ): void {
    const { request, by, act, actDigest } = asked;
    const refusal = this.#refusalToAsk(input.writer, asked);
    if (refusal !== undefined) {
      this.#refuse(input, { request, by, actDigest, refusal, emit });
      return;
    }
    const fold = input.writer.kind === 'fold';
    if (!fold && ACT_RULES[act.kind].persons === 2) {
      const pending: Request = { by, act, actDigest, state: 'pending' };
      this.#context.state.set(requestKey(request), pending);
      emit(CONTROLS, ActPending.of({ request, by, actDigest }));
      this.#record(input, {
        who: by,
        what: act.kind,
        request,
        outcome: 'pending',
        actDigest,
        emit,
      });
      return;
    }
    this.#context.state.set(requestKey(request), { by, act, actDigest, state: 'closed' });
    this.#apply(input, { request, by, approvedBy: null, act, emit });
  }

  #refusalToAsk(writer: Writer, asked: DataOf<typeof ActAsked>): Refusal | undefined {
    const { request, by, act, actDigest } = asked;
    const rule = ACT_RULES[act.kind];
    if (this.#context.state.get(requestKey(request)) !== undefined) {
      return { reason: 'duplicate_request', detail: `request ${request} exists` };
    }
    if (digestOf(act) !== actDigest) {
      return { reason: 'digest_mismatch', detail: 'the digest is not that of the act' };
    }
    const allowed =
      writer.kind === 'fold'
        ? rule.folds.includes(writer.fold)
        : this.#inForce.hasRight({ staff: by, rights: rule.staff });
    if (!allowed) return { reason: 'no_right', detail: `${by} may not ${act.kind}` };
    const shards = this.#context.counts['commands.v1'];
    const stranger = shardsOf(act).find((shard) => shard >= shards);
    if (stranger !== undefined) {
      return { reason: 'unknown_shard', detail: `there are ${shards} shards, no ${stranger}` };
    }
    return this.#inForce.refusalOf(act);
  }

  #approve(
    input: FoldInput,
    { approved, emit }: { readonly approved: DataOf<typeof ActApproved>; readonly emit: Emit },
  ): void {
    const { request, by, actDigest } = approved;
    const found = this.#context.state.get<Request>(requestKey(request));
    const refusal = this.#refusalToApprove(found, approved);
    if (found === undefined || refusal !== undefined) {
      const reason = refusal ?? { reason: 'unknown_request', detail: `no request ${request}` };
      this.#refuse(input, { request, by, actDigest, refusal: reason, emit });
      return;
    }
    this.#context.state.set(requestKey(request), { ...found, state: 'closed' });
    this.#apply(input, { request, by: found.by, approvedBy: by, act: found.act, emit });
  }

  #refusalToApprove(
    found: Request | undefined,
    approved: DataOf<typeof ActApproved>,
  ): Refusal | undefined {
    if (found === undefined) {
      return { reason: 'unknown_request', detail: `no request ${approved.request}` };
    }
    if (found.state === 'closed') {
      return { reason: 'request_closed', detail: `request ${approved.request} is closed` };
    }
    if (found.actDigest !== approved.actDigest) {
      return { reason: 'digest_mismatch', detail: 'another act was shown than the one asked for' };
    }
    if (found.by === approved.by) {
      return { reason: 'same_person', detail: `${approved.by} asked and cannot approve` };
    }
    const rights = ACT_RULES[found.act.kind].staff;
    if (!this.#inForce.hasRight({ staff: approved.by, rights })) {
      return { reason: 'no_right', detail: `${approved.by} may not approve ${found.act.kind}` };
    }
    return this.#inForce.refusalOf(found.act);
  }

  #apply(
    input: FoldInput,
    options: {
      readonly request: string;
      readonly by: string;
      readonly approvedBy: string | null;
      readonly act: Act;
      readonly emit: Emit;
    },
  ): void {
    const { request, by, approvedBy, act, emit } = options;
    const version = this.#inForce.apply(act, { request, nowMs: input.nowMs });
    const applied = ControlApplied.of({ version, requestId: request, act, by, approvedBy });
    for (const topic of TICKED_TOPICS) {
      for (let partition = 0; partition < this.#context.counts[topic]; partition += 1) {
        emit({ topic, partition }, applied);
      }
    }
    if (act.kind === 'reverse-adjustments') reverse({ act, request, by, approvedBy, emit });
    const who = approvedBy === null ? by : `${by}+${approvedBy}`;
    const actDigest = digestOf(act);
    this.#record(input, { who, what: act.kind, request, outcome: 'applied', actDigest, emit });
  }

  #refuse(
    input: FoldInput,
    options: {
      readonly request: string;
      readonly by: string;
      readonly actDigest: string;
      readonly refusal: Refusal;
      readonly emit: Emit;
    },
  ): void {
    const { request, by, actDigest, refusal, emit } = options;
    emit(CONTROLS, ActRefused.of({ request, by, ...refusal }));
    const outcome = refusal.reason;
    this.#record(input, { who: by, what: 'refused', request, outcome, actDigest, emit });
  }

  #record(
    input: FoldInput,
    options: {
      readonly who: string;
      readonly what: string;
      readonly request: string;
      readonly outcome: string;
      readonly actDigest: string;
      readonly emit: Emit;
    },
  ): void {
    const { emit, ...what } = options;
    const { state } = this.#context;
    const last = state.get<{ readonly number: number; readonly chain: string }>('audit');
    const content = { number: (last?.number ?? 0) + 1, ...what, atMs: input.nowMs };
    const chain = digestOf([last?.chain ?? NO_DIGEST, content]);
    state.set('audit', { number: content.number, chain });
    emit(AUDIT, ActRecorded.of({ ...content, chain }));
  }
}

function reverse(options: {
  readonly act: Extract<Act, { readonly kind: 'reverse-adjustments' }>;
  readonly request: string;
  readonly by: string;
  readonly approvedBy: string | null;
  readonly emit: Emit;
}): void {
  const { act, request, by, approvedBy, emit } = options;
  for (const each of act.adjustments) {
    const command = AdjustBalance.of({
      sender: 'controls',
      id: `reverse:${request}:${each.adjustment}`,
      account: each.account,
      asset: each.asset,
      amountMinor: -each.amountMinor,
      operator: by,
      ticket: act.ticket,
      approver: approvedBy,
      reverses: each.adjustment,
      note: '',
    });
    emit({ topic: 'commands.v1', partition: each.shard }, command);
  }
}

/** A command to a shard that does not exist could never be written. */
function shardsOf(act: Act): readonly number[] {
  if (act.kind === 'list-market') return [act.market.shard];
  return act.kind === 'reverse-adjustments' ? act.adjustments.map(({ shard }) => shard) : [];
}

function requestKey(request: string): string {
  return `request/${request}`;
}
