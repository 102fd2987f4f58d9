import { z } from 'zod';

const PORT_DEFAULT = 8080;
/** With this pace the recording takes some two minutes and the incident stands within 30 s. */
const SPEED_DEFAULT = 2.5;

const port = z.coerce.number().int().min(0).max(65_535);
const speed = z.union([z.literal('max'), z.coerce.number().positive().max(1_000)]);

/** Separated by commas, each as a browser sends it: scheme, host, and an unusual port. */
const origins = z.string().transform((text, context): readonly string[] => {
  const given = text.split(',').flatMap((each) => each.trim() || []);
  const wrong = given.find((each) => URL.parse(each)?.origin !== each);
  if (wrong === undefined) return given;
  context.addIssue({ code: 'custom', message: `${wrong} is not an origin` });
  return z.NEVER;
});

/** Every setting from the environment: what it means stands in docs/OPERATIONS.md. */
const environment = z.object({
  VIGIL_DATA: z.string().min(1).default('data'),
  VIGIL_HOST: z.string().min(1).default('127.0.0.1'),
  VIGIL_PORT: port.default(PORT_DEFAULT),
  VIGIL_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  VIGIL_FARO_ORIGINS: origins.default([]),
  VIGIL_SPEED: speed.default(SPEED_DEFAULT),
  VIGIL_SAMPLE_SECONDS: z.coerce.number().int().min(60).max(346).default(346),
  VIGIL_CLOCK_SPEED: z.coerce.number().min(1).max(60).default(1),
  VIGIL_SMTP_HOST: z.string().min(1).optional(),
  VIGIL_SMTP_PORT: port.default(587),
  VIGIL_SMTP_SECURE: z.enum(['true', 'false']).default('false'),
  VIGIL_SMTP_USERNAME: z.string().optional(),
  VIGIL_SMTP_PASSWORD: z.string().optional(),
  VIGIL_MAIL_FROM: z.email().default('vigil@localhost.localdomain'),
  VIGIL_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('warn'),
  VIGIL_FAILPOINT: z.string().optional(),
});

/** A setting of the test configuration that vitest reads, not the product. */
const FOREIGN = ['VIGIL_REQUIRE_SERVICES', 'VIGIL_SCREENSHOTS', 'VIGIL_SEED', 'VIGIL_KILLS'];

export interface Config {
  readonly dataDirectory: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Where people reach the console, if it is not where it listens. */
    readonly publicUrl: string | undefined;
    /** Whose pages may post telemetry. */
    readonly pageOrigins: readonly string[];
  };
  readonly sample: {
    readonly enabled: boolean;
    /** How many seconds of the recording pass in one, or as fast as it goes. */
    readonly speed: number | 'max';
    /** How many seconds of the recording are played. */
    readonly recordingSeconds: number;
    /** How many seconds of the venue's own time pass in one behind the recording. */
    readonly clockSpeed: number;
  };
  readonly mail:
    | { readonly kind: 'outbox' }
    | {
        readonly kind: 'smtp';
        readonly host: string;
        readonly port: number;
        readonly secure: boolean;
        readonly username: string | undefined;
        readonly password: string | undefined;
        readonly from: string;
      };
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly failpoint: string | undefined;
}

/** What is said on the command line wins over the environment. */
export interface Flags {
  readonly data?: string | undefined;
  readonly port?: string | undefined;
  readonly speed?: string | undefined;
  readonly empty?: boolean | undefined;
}

export type ConfigResult =
  | { readonly kind: 'ok'; readonly config: Config }
  /** One line per mistake. */
  | { readonly kind: 'refused'; readonly mistakes: readonly string[] };

export function readConfig(options: {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly flags: Flags;
}): ConfigResult {
  const { flags } = options;
  const given = {
    ...options.environment,
    ...(flags.data === undefined ? {} : { VIGIL_DATA: flags.data }),
    ...(flags.port === undefined ? {} : { VIGIL_PORT: flags.port }),
    ...(flags.speed === undefined ? {} : { VIGIL_SPEED: flags.speed }),
  };
  const mistakes = unknownKeys(given);
  const parsed = environment.safeParse(given);
  if (!parsed.success) {
    mistakes.push(
      ...parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`),
    );
    return { kind: 'refused', mistakes };
  }
  const { data } = parsed;
  if (data.VIGIL_SMTP_USERNAME !== undefined && data.VIGIL_SMTP_HOST === undefined) {
    mistakes.push('VIGIL_SMTP_USERNAME: VIGIL_SMTP_HOST is missing');
  }
  if (mistakes.length > 0) return { kind: 'refused', mistakes };
  return { kind: 'ok', config: toConfig(data, flags.empty ?? false) };
}

function unknownKeys(given: Readonly<Record<string, string | undefined>>): string[] {
  const known = [...Object.keys(environment.shape), ...FOREIGN];
  return Object.keys(given)
    .filter((key) => key.startsWith('VIGIL_') && !known.includes(key))
    .map((key) => `${key}: there is no such setting`);
}

function toConfig(data: z.output<typeof environment>, empty: boolean): Config {
  return {
    dataDirectory: data.VIGIL_DATA,
    http: {
      host: data.VIGIL_HOST,
      port: data.VIGIL_PORT,
      publicUrl: data.VIGIL_PUBLIC_URL,
      pageOrigins: data.VIGIL_FARO_ORIGINS,
    },
    sample: {
      enabled: !empty,
      speed: data.VIGIL_SPEED,
      recordingSeconds: data.VIGIL_SAMPLE_SECONDS,
      clockSpeed: data.VIGIL_CLOCK_SPEED,
    },
    mail:
      data.VIGIL_SMTP_HOST === undefined
        ? { kind: 'outbox' }
        : {
            kind: 'smtp',
            host: data.VIGIL_SMTP_HOST,
            port: data.VIGIL_SMTP_PORT,
            secure: data.VIGIL_SMTP_SECURE === 'true',
            username: data.VIGIL_SMTP_USERNAME,
            password: data.VIGIL_SMTP_PASSWORD,
            from: data.VIGIL_MAIL_FROM,
          },
    logLevel: data.VIGIL_LOG_LEVEL,
    failpoint: data.VIGIL_FAILPOINT,
  };
}
