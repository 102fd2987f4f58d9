import type { Severity } from '../../../../core/events/fields.ts';
import { meaning } from '../words.ts';

export type Tone = 'bad' | 'warn' | 'good' | 'busy' | 'calm';

const SEVERITY_TONES: Readonly<Record<Severity, Tone>> = {
  critical: 'bad',
  high: 'warn',
  medium: 'busy',
  low: 'calm',
  info: 'calm',
};

/** A state in one word; the tone only repeats what the word says. */
export function Tag(props: {
  readonly tone: Tone;
  readonly text: string;
  readonly title?: string;
}) {
  return (
    <span className="tag" data-tone={props.tone} title={props.title}>
      {props.text}
    </span>
  );
}

export function SeverityTag(props: { readonly severity: Severity }) {
  return (
    <span
      className="tag severity"
      data-tone={SEVERITY_TONES[props.severity]}
      data-strong={props.severity === 'critical'}
    >
      {props.severity}
    </span>
  );
}

/** The name of a reason as the log has it; its meaning is the tooltip and the screen reader's. */
export function ReasonTag(props: { readonly reason: string }) {
  const text = meaning(props.reason);
  return (
    <span className="reason" title={text}>
      {props.reason}
      <span className="unseen">: {text}</span>
    </span>
  );
}
