import type { ReactNode } from 'react';

import { showValue } from '../values.ts';
import { label } from '../words.ts';
import { useDecimals } from './amount.tsx';

export interface Fact {
  readonly name: string;
  readonly value: ReactNode;
}

/** Names and what they stand for, in the order given. */
export function Facts(props: { readonly facts: readonly Fact[] }) {
  return (
    <dl className="facts">
      {props.facts.map(({ name, value }) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The values that made a decision, each by what its name says of it. */
export function Values(props: {
  readonly values: Readonly<Record<string, string | number | boolean | null>>;
  readonly asset: string | null;
}) {
  const decimals = useDecimals();
  const facts = Object.entries(props.values).map(([key, value]) => {
    const shown = showValue({ key, value, asset: props.asset, decimals });
    const unit = shown.unit === null ? null : <span className="unit"> {shown.unit}</span>;
    return {
      name: label(key),
      value: (
        <span className={shown.number ? 'number' : 'text'}>
          {shown.text}
          {unit}
        </span>
      ),
    };
  });
  return facts.length === 0 ? (
    <p className="quiet">No values were recorded.</p>
  ) : (
    <Facts facts={facts} />
  );
}
