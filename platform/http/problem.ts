import type { FastifyReply } from 'fastify';

/** A refusal as the API answers it: a stable reason and a sentence. */
export interface Problem {
  readonly status: number;
  readonly reason: string;
  readonly message: string;
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { status, reason, message } = problem;
  return reply.code(status).type('application/json').send({ reason, message });
}

export function notFound(what: string): Problem {
  return { status: 404, reason: 'not_found', message: `There is no ${what}.` };
}
