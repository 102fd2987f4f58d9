import type { Outcome } from '../../core/outcomes.ts';

/** What a step knows beside the record: who sent it and what time it is, ms since 1970. */
export interface IngestContext {
  readonly source: string;
  readonly nowMs: number;
}

/** One step of the pipeline; pure, and never throws on what came from outside. */
export type Step<In, Out, DropReason extends string, DeadReason extends string> = (
  value: In,
  context: IngestContext,
) => Outcome<Out, DropReason, DeadReason>;

/** The steps of a pipeline in order, as one; the first outcome that is not `ok` ends it. */
export interface Steps<In, Out, DropReason extends string, DeadReason extends string> {
  readonly run: Step<In, Out, DropReason, DeadReason>;
  /** The same steps and one more behind them. */
  and<Next, Drop extends string, Dead extends string>(
    step: Step<Out, Next, Drop, Dead>,
  ): Steps<In, Next, DropReason | Drop, DeadReason | Dead>;
}

export function firstStep<In, Out, DropReason extends string, DeadReason extends string>(
  run: Step<In, Out, DropReason, DeadReason>,
): Steps<In, Out, DropReason, DeadReason> {
  return { run, and: (step) => firstStep(inOrder(run, step)) };
}

function inOrder<
  In,
  Out,
  Next,
  DropReason extends string,
  DeadReason extends string,
  Drop extends string,
  Dead extends string,
>(
  first: Step<In, Out, DropReason, DeadReason>,
  second: Step<Out, Next, Drop, Dead>,
): Step<In, Next, DropReason | Drop, DeadReason | Dead> {
  return (value, context) => {
    const outcome = first(value, context);
    return outcome.kind === 'ok' ? second(outcome.value, context) : outcome;
  };
}
