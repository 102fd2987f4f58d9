import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { environmentOf, MAIN } from '../vigil-commands.ts';

const MS_PER_SECOND = 1_000;
/** Of the kernel's accounts in /proc; the same on every Linux that Node runs on. */
const CLOCK_TICKS_PER_SECOND = 100;
/** Fields of /proc/PID/stat behind the command's name: group, user time, system time. */
const [GROUP, USER_TIME, SYSTEM_TIME] = [2, 11, 12];

export interface PlayedSample {
  readonly wallSeconds: number;
  /** Of all its processes; null where there is no /proc. */
  readonly cpuSeconds: number | null;
}

/** Plays the sample as fast as it goes in a process of its own, up to its end, and stops it. */
export async function playSample(of: {
  readonly dataDirectory: string;
  readonly recordingSeconds: number;
}): Promise<PlayedSample> {
  const args = ['start', '--data', of.dataDirectory, '--port', '0', '--speed', 'max', '--json'];
  const env = environmentOf({ VIGIL_SAMPLE_SECONDS: String(of.recordingSeconds) });
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, ...args], {
    env,
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  try {
    await phaseOpen(createInterface({ input: child.stdout }));
    const wallSeconds = (performance.now() - startedMs) / MS_PER_SECOND;
    const cpuSeconds = await cpuSecondsOf(child.pid ?? 0);
    child.kill('SIGINT');
    const code = await ended;
    if (code !== 0) throw new Error(`the sample stopped with exit code ${code}`);
    return { wallSeconds, cpuSeconds };
  } finally {
    child.kill('SIGKILL');
  }
}

async function phaseOpen(lines: AsyncIterable<string>): Promise<void> {
  for await (const line of lines) if (line.includes('"phase":"open"')) return;
  throw new Error('the sample did not come to its end');
}

/** What the processes of a group have used so far. */
async function cpuSecondsOf(group: number): Promise<number | null> {
  const names = await readdir('/proc').catch(() => undefined);
  if (names === undefined) return null;
  let ticks = 0;
  for (const name of names.filter((each) => /^\d+$/.test(each))) {
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[GROUP] !== String(group)) continue;
    ticks += Number(fields[USER_TIME]) + Number(fields[SYSTEM_TIME]);
  }
  return ticks / CLOCK_TICKS_PER_SECOND;
}
