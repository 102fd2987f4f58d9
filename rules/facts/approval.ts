import { entity } from '../../core/entities.ts';
import { factsOn, type FactFamily } from './fact.ts';
import { sightings } from './windows/sightings.ts';

const DAY_MS = 86_400_000;

/** What an administrator asked others to approve; a request that lay longer is asked anew. */
const requests = sightings({ name: 'request', keepMs: 30 * DAY_MS, valuesMax: 512 });

/** Who approved whose request, by what the approval says and by what the approver asked before. */
export const approval: FactFamily = {
  observes: ['ApprovalRequested'],
  observe: (context) => {
    const { event } = context;
    if (event.type !== 'ApprovalRequested') return;
    if (context.entity !== entity('admin', event.data.initiator)) return;
    requests.note(context, event.data.request);
  },
  facts: factsOn('ApprovalGiven', {
    approvalRequest: {
      type: 'text',
      doc: 'the request that was approved',
      compute: ({ data }) => data.request,
    },
    approvalOperation: {
      type: 'text',
      doc: 'what may be done now',
      compute: ({ data }) => data.operation,
    },
    approvalTarget: {
      type: 'text',
      nullable: true,
      doc: 'on what, or null',
      compute: ({ data }) => data.target,
    },
    approvalApprover: {
      type: 'text',
      doc: 'who approved',
      compute: ({ data }) => data.approver,
    },
    approvalInitiator: {
      type: 'text',
      doc: 'who asked, by the approval',
      compute: ({ data }) => data.initiator,
    },
    approvalOfOwnRequest: {
      type: 'flag',
      lane: 'admin',
      doc: 'the lane is that of the approver, who asked himself, by the approval or by the request',
      compute: ({ data }, context) =>
        context.entity === entity('admin', data.approver) &&
        (data.initiator === data.approver || requests.of(context, data.request) !== undefined),
      evidence: ({ data }, context) => {
        const found = requests.of(context, data.request);
        return found === undefined ? [] : [found.position];
      },
    },
  }),
};
