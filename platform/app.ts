import { mkdir } from 'node:fs/promises';
import { createOutboxCarrier, type MailCarrier } from '../alerting/channels/mail-carrier.ts';
import { createSmtpCarrier } from '../alerting/channels/mail.ts';
import type { Clock } from '../core/ports/clock.ts';
import type { Phase, TimelineEntry } from '../core/views.ts';
import { createAccess, type Access } from './access/access.ts';
import { Archive } from './archive/archive.ts';
import { RunningClock, type Follows } from './clock/running-clock.ts';
import { createSystemClock } from './clock/system-clock.ts';
import { TickWriter } from './clock/tick-writer.ts';
import type { Config } from './config/config.ts';
import { loadIpData } from './enrichment/ip-data.ts';
import { createFailpoint } from './failpoints.ts';
import { startFolds } from './folding.ts';
import type { FoldFailure, FoldRunner } from './fold-runner/fold-runner.ts';
import { Gateway } from './gateway/gateway.ts';
import { Intake } from './gateway/intake.ts';
import type { HttpContext } from './http/context.ts';
import { createHttpServer } from './http/server.ts';
import { createLifecycle, type Lifecycle } from './lifecycle/lifecycle.ts';
import type { Logger } from './logger.ts';
import { createMetrics } from './metrics.ts';
import { openVenue } from './opening.ts';
import { Quiescence } from './quiescence.ts';
import { Locator } from './roles/locator.ts';
import { LogWatch } from './roles/log-watch.ts';
import { Pager } from './roles/pager.ts';
import { createWatchdog } from './roles/watchdog.ts';
import { removeRunFile, writeRunFile } from './run-file.ts';
import { CLIENTS } from './sample/cast.ts';
import { SamplePlayer } from './sample/player.ts';
import { COUNTS, openStores, type Stores } from './stores.ts';
import { ViewFeed } from './views/view-feed.ts';
import { Views } from './views/views.ts';
import type { ChdbServerEvent } from './warehouse/chdb-server/supervisor.ts';

/** One process at a time runs over a data directory: after a crash these are its own claims. */
const PAGER_ID = 'embedded';
/** The whole time that one mail may take. */
const MAIL_MS_MAX = 20_000;

/** A start that the data directory does not allow; the message says what to do. */
export class StartRefused extends Error {}

export interface VigilOptions {
  readonly config: Config;
  readonly logger: Logger;
  readonly onEntry?: (entry: TimelineEntry) => void;
  readonly onPhase?: (phase: Phase) => void;
}

/** Everything in one process on embedded stores. */
export class Vigil {
  readonly #options: VigilOptions;
  readonly #lifecycle: Lifecycle = createLifecycle();
  readonly #clock = createSystemClock();
  readonly #failures: { readonly role: string; readonly error: string }[] = [];
  #phase: Phase = 'starting';
  #noted: Promise<void> = Promise.resolve();
  #url: string | undefined;
  #parts: Parts | undefined;
  #player: SamplePlayer | undefined;

  constructor(options: VigilOptions) {
    this.#options = options;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Where the console is reached; known once it has started. */
  get url(): string {
    return this.#url ?? '';
  }

  get views(): Views {
    return this.#running.views;
  }

  get access(): Access {
    return this.#running.access;
  }

  /** From 0 to 1 while the sample plays; null outside it. */
  get progress(): number | null {
    return this.#player?.progress ?? null;
  }

  /** True if this is the first start over the data directory. */
  get isFirstStart(): boolean {
    return this.#running.isFirstStart;
  }

  get isSample(): boolean {
    return this.#running.views.reference.clients.has(CLIENTS.venue);
  }

  async start(): Promise<void> {
    const { dataDirectory } = this.#options.config;
    await mkdir(dataDirectory, { recursive: true, mode: 0o700 });
    try {
      this.#parts = await this.#build();
      await this.#startTime(this.#parts);
    } catch (error) {
      await this.#lifecycle.stop().catch(() => undefined);
      throw error;
    }
  }

  /** Finishes what is begun and stops every part in reverse order. */
  async stop(): Promise<void> {
    await this.#enter('stopping');
    await this.#lifecycle.stop();
    await this.#enter('stopped');
    await removeRunFile(this.#options.config.dataDirectory);
  }

  get #running(): Parts {
    if (this.#parts === undefined) throw new Error('not started');
    return this.#parts;
  }

  async #build(): Promise<Parts> {
    const { config, logger, onEntry } = this.#options;
    const lifecycle = this.#lifecycle;
    const clock = this.#clock;
    const failpoint = createFailpoint(config.failpoint);
    const onError = (error: unknown): void =>
      logger.error({ err: error }, 'a role reports an error');
    const stores = await openStores({
      dataDirectory: config.dataDirectory,
      clock,
      lifecycle,
      failpoint,
      onWarehouseEvent: (event) => this.#noteWarehouse(event),
    });
    const { log, warehouse, keyValue } = stores;
    const isFirstStart = (await log.end('controls.v1', 0)) === 0;
    if (isFirstStart) await openVenue({ log, sample: config.sample.enabled });
    const ticks = new TickWriter({ log, failpoint });
    await ticks.recover();
    const watchdog = createWatchdog({ log });
    const runners = await startFolds({
      stores,
      clock,
      lifecycle,
      failpoint,
      onFailure: (failure) => {
        this.#noteFailure(failure);
        watchdog.foldStopped(failure, ticks.lastMs).catch(onError);
      },
    });
    const views = new Views({ log, ...(onEntry === undefined ? {} : { onEntry }) });
    const feed = new ViewFeed({ log, views });
    const archive = new Archive({ log, warehouse, clock, failpoint, onError });
    const locator = new Locator({ log, warehouse, archive, clock, onError });
    const gateway = new Gateway({ log, clock, shards: COUNTS['commands.v1'], failpoint });
    await startAll(lifecycle, { archive, locator, gateway, feed, onError });
    const intake = new Intake({
      log,
      nowMs: () => this.#venueClock({ ticks, views }).nowMs(),
      routed: (partition, offset) => routerOf(runners, partition).written(offset),
      lookUpIp: await loadIpData(),
    });
    const access = createAccess({ keyValue });
    const parts = { stores, runners, ticks, views, feed, archive, locator, gateway, intake };
    return { ...parts, access, isFirstStart, quiescence: this.#quiescence(parts) };
  }

  isSampleVenue(views: Views): boolean {
    return views.reference.clients.has(CLIENTS.venue);
  }

  #quiescence(parts: Omit<Parts, 'access' | 'isFirstStart' | 'quiescence'>): Quiescence {
    const { stores, runners, gateway, intake, feed, locator } = parts;
    const appended = (): number => stores.log.appended();
    const quiescence = new Quiescence({ clock: this.#clock, appended });
    for (const runner of runners) {
      quiescence.add({ name: runner.fold.name, pending: () => runner.pending() });
    }
    quiescence.add({ name: 'gateway', pending: () => gateway.pending });
    quiescence.add({ name: 'ingest', pending: () => intake.pending });
    quiescence.add({ name: 'locator', pending: () => locator.pending() });
    quiescence.add({ name: 'console', pending: () => feed.pending() });
    return quiescence;
  }

  async #startTime(parts: Parts): Promise<void> {
    const { config } = this.#options;
    const { views } = parts;
    const sample = this.isSampleVenue(views);
    if (!sample && config.sample.enabled && !parts.isFirstStart) {
      this.#options.logger.warn('this data directory was made with --empty: no sample is played');
    }
    if (sample && !config.sample.enabled) {
      const where = config.dataDirectory;
      throw new StartRefused(`${where} holds the sample; give --empty another --data directory`);
    }
    await this.#listen(parts);
    const carrier = carrierOf(config);
    await this.#startLogWatch(parts, carrier);
    await this.#startPager(parts, carrier);
    if (sample) await this.#startSample(parts);
    else await this.#startClock(parts, { kind: 'machine' });
  }

  async #listen(parts: Parts): Promise<void> {
    const { config } = this.#options;
    const { host, port, publicUrl, pageOrigins } = config.http;
    const { stores, views, feed, gateway, intake, access, runners, archive, quiescence } = parts;
    const lag = async (): Promise<Readonly<Record<string, number>>> => ({
      ...(await quiescence.lag()),
      archive: await archive.pending(),
    });
    const archived = (): number => archive.archived;
    const context: HttpContext = {
      log: stores.log,
      warehouse: stores.warehouse,
      clock: this.#clock,
      views,
      feed,
      gateway,
      intake,
      access,
      system: {
        phase: () => this.#phase,
        progress: () => this.progress,
        sample: this.isSampleVenue(views),
        lag,
        failures: () => this.#failures,
        metrics: createMetrics({ runners, views, lag, archived }),
      },
    };
    const app = await createHttpServer({
      context,
      publicUrl,
      pageOrigins,
      onError: (error) => this.#options.logger.error({ err: error }, 'a request has failed'),
    });
    await this.#lifecycle.start({
      name: `the HTTP server on ${host}:${port}`,
      start: async () => {
        await app.listen({ host, port });
      },
      stop: () => app.close(),
    });
    const [address] = app.addresses();
    const listening = typeof address === 'object' ? address.port : port;
    this.#url = publicUrl ?? `http://${host}:${listening}`;
  }

  async #startLogWatch({ stores, views }: Parts, carrier: MailCarrier): Promise<void> {
    const { logger } = this.#options;
    const watch = new LogWatch({
      failure: () => stores.log.failure,
      clock: this.#clock,
      carrier,
      addresses: () => [...views.reference.staff.values()].flatMap(({ mail }) => mail || []),
      onDown: (failure) => logger.fatal({ err: failure }, 'the log is down'),
    });
    await this.#lifecycle.start({
      name: 'the watch over the log',
      start: async () => watch.start((error) => logger.error({ err: error }, 'cannot tell')),
      stop: () => watch.stop(),
    });
  }

  async #startPager(parts: Parts, carrier: MailCarrier): Promise<void> {
    const { config, logger } = this.#options;
    const stop = new AbortController();
    const failpoint = createFailpoint(config.failpoint);
    const pager = new Pager({
      log: parts.stores.log,
      clock: this.#venueClock(parts),
      carrier,
      pagerId: PAGER_ID,
      consoleUrl: this.url,
      signal: stop.signal,
      failpoint,
    });
    let running: Promise<void> | undefined;
    await this.#lifecycle.start({
      name: 'the pager',
      start: async () => {
        running = pager.run().catch((error: unknown) => {
          this.#failures.push({ role: 'pager', error: String(error) });
          logger.error({ err: error }, 'the pager has stopped');
        });
      },
      stop: async () => {
        stop.abort();
        await running;
      },
    });
    const hurry = (): void => pager.hurry();
    parts.quiescence.add({ name: 'pager', pending: () => pager.pending(), hurry });
  }

  /** The venue's own time: virtual while the sample is played, and behind it. */
  #venueClock({ ticks, views }: Pick<Parts, 'ticks' | 'views'>): Clock {
    const clock = this.#clock;
    const nowMs = (): number => (this.isSampleVenue(views) ? ticks.lastMs : clock.nowMs());
    return { nowMs, sleep: (delayMs, signal) => clock.sleep(delayMs, signal) };
  }

  async #startSample(parts: Parts): Promise<void> {
    const { config, logger } = this.#options;
    const player = new SamplePlayer({
      log: parts.stores.log,
      clock: this.#clock,
      ticks: parts.ticks,
      gateway: parts.gateway,
      intake: parts.intake,
      quiescence: parts.quiescence,
      speed: config.sample.speed,
      recordingSeconds: config.sample.recordingSeconds,
    });
    this.#player = player;
    await this.#enter('playing');
    await this.#lifecycle.start({
      name: 'the sample',
      start: async () => {
        player.start({
          onEnd: () => {
            const follows = { kind: 'last-tick', speed: config.sample.clockSpeed } as const;
            this.#startClock(parts, follows).catch((error: unknown) =>
              logger.error({ err: error }),
            );
          },
          onError: (error) => {
            this.#failures.push({ role: 'sample', error: String(error) });
            logger.error({ err: error }, 'the sample has stopped');
          },
        });
      },
      stop: () => player.stop(),
    });
  }

  async #startClock(parts: Parts, follows: Follows): Promise<void> {
    const { logger } = this.#options;
    const player = this.#player;
    // Time that runs faster than the machine waits for every role: none may fall behind by ticks.
    const waits = follows.kind === 'last-tick' && follows.speed > 1;
    const running = new RunningClock({
      clock: this.#clock,
      ticks: parts.ticks,
      follows,
      afterTick: async (atMs, signal) => {
        await player?.afterTick(atMs);
        if (waits) await parts.quiescence.settled(signal);
      },
      onRefusedStep: (stepMs) => {
        this.#failures.push({ role: 'clock', error: `a step of ${stepMs} ms was refused` });
        logger.error({ stepMs }, 'the clock refuses a step; start again to go on from here');
      },
    });
    await this.#lifecycle.start({
      name: 'the clock',
      start: async () =>
        running.start((error) => logger.error({ err: error }, 'the clock has stopped')),
      stop: () => running.stop(),
    });
    await this.#enter('open');
  }

  async #enter(phase: Phase): Promise<void> {
    // A sample may come to its end while the process stops already.
    if (phase === 'open' && this.#phase === 'stopping') return;
    this.#phase = phase;
    this.#options.onPhase?.(phase);
    const { pid } = process;
    const url = this.#url ?? null;
    const { dataDirectory } = this.#options.config;
    // One after the other: of two phases in quick succession the second must stand in the end.
    const before = this.#noted.catch(() => undefined);
    this.#noted = before.then(() => writeRunFile(dataDirectory, { pid, url, phase }));
    await this.#noted;
  }

  #noteWarehouse(event: ChdbServerEvent): void {
    const { logger } = this.#options;
    if (event.kind === 'died' && this.#phase === 'stopping') return;
    logger.warn({ event }, 'warehouse');
    const parts = this.#parts;
    if (event.kind !== 'given_up' || parts === undefined) return;
    this.#failures.push({ role: 'warehouse', error: event.detail });
    createWatchdog({ log: parts.stores.log })
      .warehouseGone(event.detail, parts.ticks.lastMs)
      .catch((error: unknown) => logger.error({ err: error }, 'cannot tell'));
  }

  #noteFailure({ fold, partition, offset, error }: FoldFailure): void {
    const text = `at offset ${offset}: ${error instanceof Error ? error.message : String(error)}`;
    this.#failures.push({ role: `${fold}/${partition}`, error: text });
    this.#options.logger.error({ fold, partition, offset, err: error }, 'a fold has stopped');
  }
}

interface Parts {
  readonly stores: Stores;
  readonly runners: readonly FoldRunner[];
  readonly ticks: TickWriter;
  readonly views: Views;
  readonly feed: ViewFeed;
  readonly archive: Archive;
  readonly locator: Locator;
  readonly gateway: Gateway;
  readonly intake: Intake;
  readonly access: Access;
  readonly isFirstStart: boolean;
  readonly quiescence: Quiescence;
}

async function startAll(
  lifecycle: Lifecycle,
  parts: Pick<Parts, 'archive' | 'locator' | 'gateway' | 'feed'> & {
    readonly onError: (error: unknown) => void;
  },
): Promise<void> {
  const { archive, locator, gateway, feed, onError } = parts;
  await lifecycle.start({
    name: 'the archive',
    start: () => archive.start(),
    stop: () => archive.stop(),
  });
  await lifecycle.start({
    name: 'the locator',
    start: async () => locator.start(),
    stop: () => locator.stop(),
  });
  await lifecycle.start({
    name: 'the gateway',
    start: async () => gateway.start(onError),
    stop: () => gateway.stop(),
  });
  await lifecycle.start({
    name: 'the views',
    start: () => feed.start(onError),
    stop: () => feed.stop(),
  });
}

function routerOf(runners: readonly FoldRunner[], partition: number): FoldRunner {
  const found = runners.find(
    (runner) => runner.fold.name === 'router-intake' && runner.partition === partition,
  );
  if (found === undefined) throw new Error(`no router for intake/${partition}`);
  return found;
}

function carrierOf({ mail }: Config): MailCarrier {
  if (mail.kind === 'outbox') return createOutboxCarrier();
  const { host, port, secure, from, username, password } = mail;
  return createSmtpCarrier({
    host,
    port,
    secure,
    from,
    timeoutMs: MAIL_MS_MAX,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
}
