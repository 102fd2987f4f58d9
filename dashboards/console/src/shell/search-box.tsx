import { TextInput } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { useRef, useState } from 'react';

import { navigate, searchPath } from '../router.ts';

const QUERY_LENGTH_MAX = 128;

/** Finds anything by a part of its name; the key `/` leads here from wherever one is. */
export function SearchBox() {
  const input = useRef<HTMLInputElement>(null);
  const [query, setQuery] = useState('');
  useHotkeys([['/', () => input.current?.focus()]]);
  return (
    <search className="search">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          navigate(searchPath(query.trim()));
        }}
      >
        <TextInput
          ref={input}
          size="xs"
          type="search"
          aria-label="Search incidents, withdrawals, entities, orders, transactions"
          aria-keyshortcuts="/"
          placeholder="Search   /"
          maxLength={QUERY_LENGTH_MAX}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      </form>
    </search>
  );
}
