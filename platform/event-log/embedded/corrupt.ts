import { EventLogError } from '../../../core/ports/event-log.ts';
import { segmentName } from './journal-format.ts';

/** Something that was on disk is damaged; the message names the segment and the offset in it. */
export function corrupt(
  place: { readonly segment: number; readonly offset: number },
  what: string,
): EventLogError {
  return new EventLogError(
    'log_corrupt',
    `${segmentName(place.segment)} at offset ${place.offset}: ${what}`,
  );
}
