import type { DataOf } from '../../core/events/definition.ts';
import type { MetricSampled } from '../../core/events/server.ts';
import type { MetricView, ServerSummary, ServerView } from '../../core/venue-views.ts';
import type { SignalsView } from './signals.ts';
import { nothing, type Seen, type Shown, type View } from './view.ts';

const HOSTS_MAX = 500;
const METRICS_PER_HOST_MAX = 50;
const POINTS_MAX = 1_000;

interface Host {
  readonly metrics: Map<string, MetricView>;
  lastAtMs: number;
}

/** The newest values of each metric of each host. */
export class ServersView implements View {
  readonly #signals: SignalsView;
  readonly #hosts = new Map<string, Host>();

  constructor(options: { readonly signals: SignalsView }) {
    this.#signals = options.signals;
  }

  take({ event, nowMs }: Seen): readonly Shown[] {
    if (event.type !== 'MetricSampled') return nothing();
    return this.#sample(event.data, event.envelope?.occurredAtMs ?? nowMs);
  }

  list(): readonly ServerSummary[] {
    return [...this.#hosts.keys()].sort().flatMap((host) => {
      const found = this.#hosts.get(host);
      if (found === undefined) return [];
      const signals = this.#signals.of(`host:${host}`).signals.length;
      return [{ host, lastAtMs: found.lastAtMs, metrics: found.metrics.size, signals }];
    });
  }

  get(host: string): ServerView | undefined {
    const found = this.#hosts.get(host);
    if (found === undefined) return undefined;
    const metrics = [...found.metrics.keys()].sort().flatMap((key) => found.metrics.get(key) ?? []);
    const { signals } = this.#signals.of(`host:${host}`);
    return { host, lastAtMs: found.lastAtMs, metrics, signals: [...signals] };
  }

  #sample(data: DataOf<typeof MetricSampled>, atMs: number): readonly Shown[] {
    const { host, name, service, unit, value } = data;
    const known = this.#hosts.get(host);
    if (known === undefined && this.#hosts.size >= HOSTS_MAX) return nothing();
    const kept = known ?? { metrics: new Map<string, MetricView>(), lastAtMs: 0 };
    this.#hosts.set(host, kept);
    kept.lastAtMs = Math.max(kept.lastAtMs, atMs);
    const key = `${name}\n${service ?? ''}`;
    const metric = kept.metrics.get(key) ?? { name, service, unit, points: [] };
    if (!kept.metrics.has(key) && kept.metrics.size >= METRICS_PER_HOST_MAX) return nothing();
    kept.metrics.set(key, metric);
    insert(metric.points, { atMs, value });
    if (metric.points.length > POINTS_MAX) metric.points.shift();
    return ['servers'];
  }
}

/** Keeps the points in the order of their own time: sources may be late. */
function insert(points: MetricView['points'], point: MetricView['points'][number]): void {
  let at = points.length;
  while (at > 0 && (points[at - 1]?.atMs ?? 0) > point.atMs) at -= 1;
  points.splice(at, 0, point);
}
