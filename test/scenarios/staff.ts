import { z } from 'zod';
import type { Act } from '../../core/events/acts.ts';
import {
  actView,
  incidentDetail,
  overviewView,
  withdrawalView,
  type WithdrawalView,
} from '../../core/views.ts';
import type { Api } from '../api.ts';
import { until } from '../fakes/wait.ts';

const ACT_MS_MAX = 60_000;

type ActView = z.output<typeof actView>;
type Json<T> = T extends bigint
  ? string
  : T extends object
    ? { readonly [K in keyof T]: Json<T[K]> }
    : T;

/** What became of a call: what it answers, or why it was refused. */
export type Told = { readonly status: number; readonly body: unknown };

/** One signed-in member of staff, who asks for acts and approves those of others. */
export interface Member {
  readonly api: Api;
  ask(request: string, act: Json<Act>): Promise<Told>;
  /** Approves the act under the digest that the list of acts shows. */
  approve(request: string): Promise<Told>;
  /** As it stands in the list of acts. */
  act(request: string): Promise<ActView>;
  withdrawal(id: string): Promise<WithdrawalView>;
  /** The withdrawal once it has come to this state. */
  withdrawalIn(id: string, state: WithdrawalView['state']): Promise<WithdrawalView>;
  incident(key: string): Promise<z.output<typeof incidentDetail>>;
  overview(): Promise<z.output<typeof overviewView>>;
}

export function member(api: Api): Member {
  const get = async <S extends z.ZodType>(url: string, schema: S): Promise<z.output<S>> => {
    const { status, body } = await api.call('GET', url);
    if (status !== 200) throw new Error(`GET ${url}: ${status} ${JSON.stringify(body)}`);
    return schema.parse(body);
  };
  const act = async (request: string): Promise<ActView> => {
    const { acts } = await get('/api/acts', z.object({ acts: actView.array() }));
    const found = acts.find((each) => each.request === request);
    if (found === undefined) throw new Error(`no act ${request}`);
    return found;
  };
  const withdrawal = (id: string): Promise<WithdrawalView> =>
    get(`/api/withdrawals/${id}`, withdrawalView);
  return {
    api,
    act,
    withdrawal,
    ask: (request, asked) => api.call('POST', '/api/acts', { request, act: asked }),
    approve: async (request) => {
      const { actDigest } = await act(request);
      return await api.call('POST', `/api/acts/${request}/approve`, { actDigest });
    },
    withdrawalIn: (id, state) =>
      until(
        async () => {
          const found = await withdrawal(id);
          return found.state === state && found;
        },
        ACT_MS_MAX,
        () => new Error(`withdrawal ${id} does not come to be ${state}`),
      ),
    incident: (key) => get(`/api/incidents/${encodeURIComponent(key)}`, incidentDetail),
    overview: () => get('/api/overview', overviewView),
  };
}
