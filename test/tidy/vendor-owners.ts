/** Packages that only test files import. */
export const TEST_PACKAGES: ReadonlySet<string> = new Set([
  '@axe-core/playwright',
  'fast-check',
  'mailparser',
  'playwright-core',
  'smtp-server',
  'vitest',
  'ws',
]);

/** Each package of others has one owner; a name that ends in `/` stands for the whole scope. */
const OWNERS: Readonly<Record<string, readonly string[]>> = {
  '@clickhouse/client': ['platform/'],
  '@fastify/': ['platform/'],
  '@ip-location-db/': ['platform/'],
  '@mantine/': ['dashboards/console/'],
  '@noble/': ['withdrawals/custody/'],
  '@prometheus-io/client': ['platform/'],
  '@scure/': ['withdrawals/custody/'],
  '@tanstack/': ['dashboards/console/'],
  '@tensorflow/': ['detectors/'],
  '@vitejs/plugin-react': ['dashboards/console/'],
  chdb: ['platform/'],
  commander: ['platform/'],
  fastify: ['platform/'],
  'fastify-type-provider-zod': ['platform/'],
  ioredis: ['platform/'],
  'json-rules-engine': ['rules/'],
  kafkajs: ['platform/'],
  lmdb: ['platform/'],
  nodemailer: ['alerting/channels/'],
  pino: ['platform/'],
  react: ['dashboards/console/'],
  'react-dom': ['dashboards/console/'],
  twilio: ['alerting/channels/'],
  uplot: ['dashboards/console/'],
  vite: ['dashboards/console/'],
  zod: [''],
};

/** The folders that may import a package; undefined for a package that nobody has taken on. */
export function ownersOfPackage(name: string): readonly string[] | undefined {
  const scope = name.startsWith('@') ? `${name.split('/')[0] ?? ''}/` : name;
  return OWNERS[name] ?? OWNERS[scope];
}
