import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { z } from 'zod';
import {
  AdjustBalance,
  adjustBalance,
  CancelOrder,
  cancelOrder,
  HoldWithdrawal,
  PlaceOrder,
  placeOrder,
  ReplaceOrder,
  replaceOrder,
  withdrawalRequest,
} from '../../../core/events/commands.ts';
import { name } from '../../../core/events/fields.ts';
import type { AnyEvent } from '../../../core/events/registry.ts';
import type { WithdrawalView } from '../../../core/views.ts';
import type { Command } from '../../gateway/gateway.ts';
import { AnswerOwedError, type CommandOutcome } from '../../gateway/command-outcomes.ts';
import type { HttpContext } from '../context.ts';
import { clientCaller } from '../guard.ts';
import { notFound, sendProblem, type Problem } from '../problem.ts';

const COMMANDS_MAX = 1_000;
const DECISION_WAIT_MS_MAX = 20_000;
const DECISION_WAIT_MS_DEFAULT = 5_000;
const POLL_MS = 2;
/** A stopped engine answers nobody; what was sent stands in the log all the same. */
const OUTCOME_WAIT_MS_MAX = 30_000;
/** Withdrawals and adjustments of accounts live on the first shard; see docs/ARCHITECTURE.md. */
const ACCOUNT_SHARD = 0;

/**
 * The wire form: the type beside the command's own fields; the sender is who calls. A field that
 * is not known is refused, since a misspelt one would otherwise vanish unseen.
 */
const command = z.discriminatedUnion('type', [
  placeOrder
    .omit({ sender: true })
    .extend({ type: z.literal('PlaceOrder') })
    .strict(),
  cancelOrder
    .omit({ sender: true })
    .extend({ type: z.literal('CancelOrder') })
    .strict(),
  replaceOrder
    .omit({ sender: true })
    .extend({ type: z.literal('ReplaceOrder') })
    .strict()
    .strict(),
  adjustBalance
    .omit({ sender: true })
    .extend({ type: z.literal('AdjustBalance') })
    .strict(),
]);
type WireCommand = z.output<typeof command>;

const waitMs = z.coerce
  .number()
  .int()
  .min(0)
  .max(DECISION_WAIT_MS_MAX)
  .default(DECISION_WAIT_MS_DEFAULT);

/** Orders, adjustments and withdrawals of the exchange that Vigil watches. */
export function addCommandRoutes(routes: FastifyInstance, context: HttpContext): void {
  const app = routes.withTypeProvider<ZodTypeProvider>();

  app.post(
    '/api/commands',
    { schema: { body: z.strictObject({ commands: z.array(command).min(1).max(COMMANDS_MAX) }) } },
    async (request, reply) => {
      const sender = clientCaller(request).name;
      const refused = refusalOf(context, { sender, commands: request.body.commands });
      if (refused !== undefined) return sendProblem(reply, refused);
      return { outcomes: await submit(context, { sender, commands: request.body.commands }) };
    },
  );

  app.post(
    '/api/withdrawals',
    {
      schema: {
        body: withdrawalRequest.extend({ id: name }).strict(),
        querystring: z.object({ waitMs }),
      },
    },
    async (request) => {
      const { id, ...asked } = request.body;
      const sender = clientCaller(request).name;
      const hold = HoldWithdrawal.of({ sender, id, request: asked });
      const [outcome = []] = await answeredInTime(context, {
        shard: ACCOUNT_SHARD,
        commands: [hold],
      });
      const told = outcomeOf(id, outcome);
      const isRefused = told.outcome === 'rejected' || told.reason !== null;
      if (isRefused) return { ...told, decision: null };
      const decided = await decisionOf(context, asked.withdrawal, request.query.waitMs);
      return { ...told, decision: decided === undefined ? null : decisionView(decided) };
    },
  );

  app.get(
    '/api/decisions/:withdrawal',
    { schema: { params: z.object({ withdrawal: name }) } },
    (request, reply) => {
      const found = context.views.withdrawals.get(request.params.withdrawal);
      return found === undefined
        ? sendProblem(reply, notFound('such withdrawal'))
        : decisionView(found);
    },
  );
}

interface Sent {
  readonly sender: string;
  readonly commands: readonly WireCommand[];
}

/** Trading is the venue's, adjusting the back office's: neither can do the other's. */
function refusalOf(context: HttpContext, { sender, commands }: Sent): Problem | undefined {
  const rights = context.views.reference.clients.get(sender) ?? [];
  for (const { type } of commands) {
    const needed = type === 'AdjustBalance' ? 'back-office' : 'venue';
    if (rights.includes(needed)) continue;
    return { status: 403, reason: 'no_right', message: `${type} needs the right ${needed}.` };
  }
  return undefined;
}

async function submit(
  context: HttpContext,
  { sender, commands }: Sent,
): Promise<readonly ReturnType<typeof outcomeOf>[]> {
  const byShard = Map.groupBy(commands, (each) => shardOf(context, each));
  const outcomes = new Map<WireCommand, ReturnType<typeof outcomeOf>>();
  for (const [shard, batch] of byShard) {
    const events = batch.map((each) => toCommand(sender, each));
    const answered = await answeredInTime(context, { shard, commands: events });
    batch.forEach((each, at) => outcomes.set(each, outcomeOf(each.id, answered[at] ?? [])));
  }
  return commands.flatMap((each) => outcomes.get(each) ?? []);
}

/** Rejects with {@link AnswerOwedError} where the engine does not answer in time. */
async function answeredInTime(
  { gateway, clock }: HttpContext,
  of: { readonly shard: number; readonly commands: readonly Command[] },
): Promise<readonly CommandOutcome[]> {
  const inTime = new AbortController();
  const late = clock.sleep(OUTCOME_WAIT_MS_MAX, inTime.signal).then(() => {
    if (!inTime.signal.aborted) throw new AnswerOwedError();
    return [];
  });
  try {
    return await Promise.race([gateway.submit(of.shard, of.commands), late]);
  } finally {
    inTime.abort();
  }
}

function shardOf(context: HttpContext, wire: WireCommand): number {
  if (wire.type === 'AdjustBalance') return ACCOUNT_SHARD;
  return context.views.reference.markets.get(wire.market)?.shard ?? ACCOUNT_SHARD;
}

function toCommand(sender: string, wire: WireCommand): Command {
  switch (wire.type) {
    case 'PlaceOrder': {
      const { type: _type, ...data } = wire;
      return PlaceOrder.of({ sender, ...data });
    }
    case 'CancelOrder': {
      const { type: _type, ...data } = wire;
      return CancelOrder.of({ sender, ...data });
    }
    case 'ReplaceOrder': {
      const { type: _type, ...data } = wire;
      return ReplaceOrder.of({ sender, ...data });
    }
    case 'AdjustBalance': {
      const { type: _type, ...data } = wire;
      return AdjustBalance.of({ sender, ...data });
    }
  }
}

function outcomeOf(
  id: string,
  events: CommandOutcome,
): {
  readonly id: string;
  readonly outcome: 'accepted' | 'rejected' | 'repeated';
  readonly reason: string | null;
  readonly events: readonly { readonly type: string; readonly data: AnyEvent['data'] }[];
} {
  const told = events.map(({ type, data }) => ({ type, data }));
  const [first] = events;
  if (first?.type === 'OrderRejected' || first?.type === 'CommandRefused') {
    return { id, outcome: 'rejected', reason: first.data.reason, events: told };
  }
  if (first?.type === 'CommandRepeated') {
    return { id, outcome: 'repeated', reason: first.data.reason, events: told };
  }
  return { id, outcome: 'accepted', reason: null, events: told };
}

async function decisionOf(
  context: HttpContext,
  withdrawal: string,
  waitMsMax: number,
): Promise<WithdrawalView | undefined> {
  const { clock, views, log } = context;
  const untilMs = clock.nowMs() + waitMsMax;
  for (;;) {
    const found = views.withdrawals.get(withdrawal);
    const decided = found !== undefined && found.outcome !== null;
    if (decided || clock.nowMs() >= untilMs) {
      await log.flush();
      return found;
    }
    await clock.sleep(POLL_MS);
  }
}

/** What the exchange needs to know: it may pay out only what is debited. */
function decisionView(found: WithdrawalView): {
  readonly withdrawal: string;
  readonly state: WithdrawalView['state'];
  readonly reasons: WithdrawalView['reasons'];
  readonly requestDigest: string;
} {
  const { withdrawal, state, reasons, requestDigest } = found;
  return { withdrawal, state, reasons, requestDigest };
}
