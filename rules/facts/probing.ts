import { entity } from '../../core/entities.ts';
import { idOf } from '../../core/ids.ts';
import { factsOn, type FactFamily } from './fact.ts';
import { leakyBucket } from './windows/leaky-bucket.ts';

const LEAK_MS = 10_000;
/** Above what any threshold asks for; a scan of thousands of paths stays as small as this. */
const PATHS_MAX = 64;
/** Not understood, not allowed, not there: what somebody meets who tries doors. */
const REFUSALS: readonly number[] = [400, 403, 404];

const refusedPaths = leakyBucket({ name: 'probing', leakMs: LEAK_MS, valuesMax: PATHS_MAX });

/** The distinct paths at which an address was refused; one is forgotten every ten seconds. */
export const probing: FactFamily = {
  observes: ['RequestServed'],
  observe: (context) => {
    const { event } = context;
    if (event.type !== 'RequestServed' || !isRefusal(event.data.status)) return;
    if (context.entity !== entity('ip', event.data.ip)) return;
    // A path may be long, and only whether it is another one matters.
    refusedPaths.pour(context, idOf(event.data.path));
  },
  facts: factsOn('RequestServed', {
    requestIp: { type: 'text', doc: 'who asked', compute: ({ data }) => data.ip },
    requestHost: { type: 'text', doc: 'the host that answered', compute: ({ data }) => data.host },
    requestPath: { type: 'text', doc: 'what was asked for', compute: ({ data }) => data.path },
    requestStatus: {
      type: 'number',
      doc: 'the HTTP status of the answer',
      compute: ({ data }) => data.status,
    },
    requestRefused: {
      type: 'flag',
      doc: `the status is one of ${REFUSALS.join(', ')}`,
      compute: ({ data }) => isRefusal(data.status),
    },
    refusedPaths: {
      type: 'number',
      lane: 'ip',
      doc: 'distinct paths at which the address was refused, less one for every ten seconds',
      compute: (_event, context) => refusedPaths.view(context).level,
      evidence: (_event, context) => refusedPaths.view(context).evidence,
    },
    refusedPathsCut: {
      type: 'flag',
      lane: 'ip',
      doc: `more paths than are kept (${PATHS_MAX}): the number is a lower bound`,
      compute: (_event, context) => refusedPaths.view(context).cut,
    },
  }),
};

function isRefusal(status: number): boolean {
  return REFUSALS.includes(status);
}
