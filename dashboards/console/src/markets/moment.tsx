import { Button } from '@mantine/core';

import { utcDateTime } from '../format.ts';

const SECOND_MS = 1_000;
const STEPS = [
  { text: '−1 min', name: 'One minute earlier', byMs: -60 * SECOND_MS },
  { text: '−1 s', name: 'One second earlier', byMs: -SECOND_MS },
  { text: '+1 s', name: 'One second later', byMs: SECOND_MS },
  { text: '+1 min', name: 'One minute later', byMs: 60 * SECOND_MS },
] as const;

/** Chooses a second of the venue's clock, or null for now. */
export function Moment(props: {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly atMs: number | null;
  readonly onChange: (atMs: number | null) => void;
}) {
  const { firstMs, lastMs, atMs, onChange } = props;
  const shownMs = atMs ?? lastMs;
  const within = (ms: number): number => Math.min(lastMs, Math.max(firstMs, ms));
  return (
    <div className="moment">
      <label htmlFor="moment">
        Moment <span className="number">{utcDateTime(shownMs)} UTC</span>
      </label>
      <input
        id="moment"
        type="range"
        min={firstMs}
        max={lastMs}
        step={SECOND_MS}
        value={within(shownMs)}
        aria-valuetext={`${utcDateTime(shownMs)} UTC`}
        onChange={(event) => onChange(Number(event.currentTarget.value))}
      />
      <div className="buttons">
        {STEPS.map(({ text, name, byMs }) => (
          <Button
            key={text}
            size="compact-xs"
            variant="default"
            aria-label={name}
            onClick={() => onChange(within(shownMs + byMs))}
          >
            {text}
          </Button>
        ))}
        <Button
          size="compact-xs"
          variant="default"
          disabled={atMs === null}
          onClick={() => onChange(null)}
        >
          Now
        </Button>
      </div>
    </div>
  );
}
