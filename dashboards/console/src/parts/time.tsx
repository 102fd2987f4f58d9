import { utcDateTime, utcTime } from '../format.ts';

/** An instant in UTC: the time of day, with the date where `long`. */
export function Time(props: { readonly ms: number; readonly long?: boolean }) {
  const full = `${utcDateTime(props.ms)} UTC`;
  return (
    <time className="number" dateTime={utcDateTime(props.ms).replace(' ', 'T') + 'Z'} title={full}>
      {props.long === true ? full : utcTime(props.ms)}
    </time>
  );
}
