import { z } from 'zod';
import { entity } from '../entities.ts';
import { defineEvent } from './definition.ts';
import { count, digest, freeText, name, timeMs } from './fields.ts';

const PATH_LENGTH_MAX = 2_048;

/** A request that a web server or gateway of the exchange answered. */
export const RequestServed = defineEvent({
  type: 'RequestServed',
  code: 0x0f01,
  topic: 'intake.v1',
  schema: z.object({
    host: name,
    ip: name,
    userAgent: freeText,
    method: name,
    path: z.string().max(PATH_LENGTH_MAX),
    queryDigest: digest.nullable(),
    status: z.number().int().min(100).max(599),
    bytes: count,
    durationMs: z.number().min(0).nullable(),
    principal: name.nullable(),
  }),
  entities: (data) => [entity('ip', data.ip), entity('host', data.host)],
});

/** One value of one metric of one host. */
export const MetricSampled = defineEvent({
  type: 'MetricSampled',
  code: 0x0f02,
  topic: 'intake.v1',
  schema: z.object({
    host: name,
    service: name.nullable(),
    name,
    value: z.number(),
    unit: z.string().max(32),
  }),
  entities: (data) => [
    entity('host', data.host),
    ...(data.service === null ? [] : [entity('service', data.service)]),
  ],
});

/** A line of a service's log. */
export const LogRecorded = defineEvent({
  type: 'LogRecorded',
  code: 0x0f03,
  topic: 'intake.v1',
  schema: z.object({
    host: name,
    service: name.nullable(),
    level: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
    text: freeText,
  }),
  entities: (data) => [entity('host', data.host)],
});

/** A source is alive, and says how often it will say so. */
export const HeartbeatSeen = defineEvent({
  type: 'HeartbeatSeen',
  code: 0x0f04,
  topic: 'intake.v1',
  schema: z.object({ host: name, service: name.nullable(), expectedEveryMs: timeMs }),
  entities: (data) => [entity('host', data.host)],
});

/** What a browser measured of a page of the exchange. */
export const PageMeasured = defineEvent({
  type: 'PageMeasured',
  code: 0x0f05,
  topic: 'intake.v1',
  schema: z.object({
    service: name,
    page: z.string().max(PATH_LENGTH_MAX),
    name,
    value: z.number(),
    session: name.nullable(),
  }),
  entities: (data) => [entity('service', data.service)],
});

/** An error that a browser met on a page of the exchange. */
export const PageFailed = defineEvent({
  type: 'PageFailed',
  code: 0x0f06,
  topic: 'intake.v1',
  schema: z.object({
    service: name,
    page: z.string().max(PATH_LENGTH_MAX),
    kind: name,
    message: freeText,
    session: name.nullable(),
  }),
  entities: (data) => [entity('service', data.service)],
});
