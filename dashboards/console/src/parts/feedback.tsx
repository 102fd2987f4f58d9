import { Button, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { ApiProblem } from '../api/client.ts';
import { visible } from '../format.ts';
import { meaning } from '../words.ts';

const ROWS_WHILE_LOADING = 3;

/** Why something was refused or failed, in words, with its stable name. */
export function Problem(props: { readonly error: unknown; readonly onRetry?: () => void }) {
  const { error, onRetry } = props;
  const problem =
    error instanceof ApiProblem
      ? error
      : new ApiProblem({ reason: 'console_failed', message: String(error), status: 200 });
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{meaning(problem.reason)}.</strong> <span>{visible(problem.message)}</span>{' '}
        <code>{visible(problem.reason)}</code>
      </p>
      {onRetry === undefined ? null : (
        <Button size="xs" variant="default" onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

export function Empty(props: { readonly children: ReactNode }) {
  return <p className="empty">{props.children}</p>;
}

/** What a query has brought, or that it is on its way or failed; old data stays while reading. */
export function Loaded<Data>(props: {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  const { query, children } = props;
  const retry = (): void => void query.refetch();
  if (query.data !== undefined) {
    return (
      <>
        {query.isError ? <Problem error={query.error} onRetry={retry} /> : null}
        {children(query.data)}
      </>
    );
  }
  // Said at the first failure already: the tries that follow it may take a while.
  const failure = query.error ?? query.failureReason;
  if (failure !== null) return <Problem error={failure} onRetry={retry} />;
  return (
    <div className="loading" role="status" aria-label="Loading">
      {Array.from({ length: ROWS_WHILE_LOADING }, (_, row) => (
        <Skeleton key={row} height={14} radius="sm" animate={false} />
      ))}
    </div>
  );
}
