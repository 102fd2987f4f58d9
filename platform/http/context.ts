import type { Clock } from '../../core/ports/clock.ts';
import type { EventLog } from '../../core/ports/event-log.ts';
import type { Warehouse } from '../../core/ports/warehouse.ts';
import type { Phase } from '../../core/views.ts';
import type { Access } from '../access/access.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { Intake } from '../gateway/intake.ts';
import type { ViewFeed } from '../views/view-feed.ts';
import type { Views } from '../views/views.ts';

/** What the running system says of itself. */
export interface SystemState {
  readonly phase: () => Phase;
  /** From 0 to 1 while the sample plays; null outside it. */
  readonly progress: () => number | null;
  readonly sample: boolean;
  readonly lag: () => Promise<Readonly<Record<string, number>>>;
  /** Folds that had to stop, with what stopped them. */
  readonly failures: () => readonly { readonly role: string; readonly error: string }[];
  readonly metrics: () => Promise<string>;
}

/** What the routes work with. */
export interface HttpContext {
  readonly log: EventLog;
  /** Asked for what the views do not keep; it lags behind the log. */
  readonly warehouse: Pick<Warehouse, 'query'>;
  readonly clock: Clock;
  readonly views: Views;
  readonly feed: Pick<ViewFeed, 'onChange'>;
  readonly gateway: Gateway;
  readonly intake: Intake;
  readonly access: Access;
  readonly system: SystemState;
}
