/**
 * Places at which a test may kill the process: the ones where a careless order of effects would
 * show.
 */
export const FAILPOINTS = [
  'after_append_before_remember',
  'after_flush_before_answer',
  'inside_append_to_many_partitions',
  'inside_checkpoint',
  'between_insert_and_manifest',
  'after_carrier_asked',
] as const;

export type Failpoint = (typeof FAILPOINTS)[number];

export type ReachFailpoint = (name: Failpoint) => void;

/**
 * Kills this process without any farewell when the named place is reached for the nth time:
 * `name:n`. Without a setting it does nothing.
 */
export function createFailpoint(setting: string | undefined): ReachFailpoint {
  if (setting === undefined) return () => undefined;
  const [wanted, times = '1'] = setting.split(':');
  if (!FAILPOINTS.some((name) => name === wanted)) throw new Error(`unknown failpoint: ${setting}`);
  let left = Number(times);
  return (name) => {
    if (name !== wanted) return;
    left -= 1;
    if (left === 0) process.kill(process.pid, 'SIGKILL');
  };
}
