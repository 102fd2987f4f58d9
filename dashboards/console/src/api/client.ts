import type { z } from 'zod';

import { problemView } from '../../../../core/views.ts';

/** Why a request did not do what was asked; `reason` is stable, `message` is for people. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly reason: string;
  /** HTTP's status, or 0 where no answer came. */
  readonly status: number;
  /** True where asking the same again may succeed. */
  readonly retryable: boolean;

  constructor(options: {
    readonly reason: string;
    readonly message: string;
    readonly status: number;
  }) {
    super(options.message);
    this.reason = options.reason;
    this.status = options.status;
    this.retryable = options.status === 0 || options.status >= 500;
  }
}

/** Reads a view; throws `ApiProblem` where it is refused or nobody answers. */
export async function read<Schema extends z.ZodType>(options: {
  readonly path: string;
  readonly schema: Schema;
  readonly signal: AbortSignal;
}): Promise<z.output<Schema>> {
  const answer = await ask(options.path, { signal: options.signal });
  return parse(options.schema, await answer.json());
}

/** Sends something and reads the answer; throws `ApiProblem` where it is refused. */
export async function send<Schema extends z.ZodType>(options: {
  readonly path: string;
  readonly body: unknown;
  readonly schema: Schema;
}): Promise<z.output<Schema>> {
  const answer = await tell({ method: 'POST', path: options.path, body: options.body });
  return parse(options.schema, await answer.json());
}

/** Sends something whose answer does not matter; throws `ApiProblem` where it is refused. */
export async function tell(options: {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
}): Promise<Response> {
  const { method, body } = options;
  if (body === undefined) return await ask(options.path, { method });
  const headers = { 'content-type': 'application/json' };
  return await ask(options.path, { method, headers, body: JSON.stringify(body) });
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const answer = await reach(path, init);
  if (!answer.ok) throw await problemOf(answer);
  return answer;
}

async function reach(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin' });
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    const message = 'Vigil does not answer. Nothing is known of what became of the request.';
    throw new ApiProblem({ reason: 'unreachable', message, status: 0 });
  }
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const { status } = answer;
  const body: unknown = await answer.json().catch(() => undefined);
  const parsed = problemView.safeParse(body);
  if (parsed.success) return new ApiProblem({ ...parsed.data, status });
  return new ApiProblem({ reason: `http_${status}`, message: 'Vigil gave no reason.', status });
}

function parse<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const message = 'The answer is not what this console expects; load the page again.';
  throw new ApiProblem({ reason: 'unexpected_answer', message, status: 200 });
}
