import type { Phase, TimelineEntry } from '../../core/views.ts';

const PROGRESS_EVERY_MS = 500;
const BAR_CELLS = 24;
const CLEAR_LINE = '\r\u001b[2K';
const CONTROL_CHARACTERS = /[\p{Cc}\u2028\u2029]+/gu;

export interface Progress {
  readonly progress: number | null;
  readonly nowMs: number;
  readonly events: number;
}

/** What a person, or with `json` a program, is shown while Vigil runs. */
export interface StartOutput {
  note(text: string): void;
  phase(phase: Phase): void;
  entry(entry: TimelineEntry): void;
  ready(of: {
    readonly url: string;
    readonly links: readonly { readonly staff: string; readonly url: string }[];
    readonly sample: boolean;
  }): void;
  /** Keeps a progress line until it is ended; only on a terminal. */
  follow(read: () => Progress): { readonly end: () => void };
}

export function createStartOutput(options: { readonly json: boolean }): StartOutput {
  return options.json ? jsonOutput() : textOutput();
}

function jsonOutput(): StartOutput {
  const print = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
  return {
    note: (text) => void process.stderr.write(`${text}\n`),
    phase: (phase) => print({ kind: 'phase', phase }),
    entry: (entry) => print({ kind: 'timeline', ...entry }),
    ready: (of) => print({ kind: 'ready', ...of }),
    follow: () => ({ end: () => undefined }),
  };
}

function textOutput(): StartOutput {
  const { stdout } = process;
  let url = '';
  let line = '';
  let played = false;
  const waiting: TimelineEntry[] = [];
  const write = (text: string): void => {
    stdout.write(`${line === '' ? '' : CLEAR_LINE}${text}\n${line}`);
  };
  const tell = (entry: TimelineEntry): void => write(entryText(entry, url));
  return {
    note: write,
    phase: (phase) => {
      if (phase === 'playing') played = true;
      if (phase === 'open') {
        write(`${played ? 'The sample has been played; the' : 'The'} venue is open. Ctrl-C stops.`);
      }
      if (phase === 'stopped') write('Stopped. Start again to go on from here.');
    },
    entry: (entry) => {
      if (url === '') waiting.push(entry);
      else tell(entry);
    },
    ready: (of) => {
      url = of.url;
      write(`\nVigil runs. Console: ${url}`);
      for (const link of of.links) write(`  sign in as ${link.staff.padEnd(6)} ${link.url}`);
      if (of.links.length > 0)
        write('  (each link works once; vigil staff link NAME makes another)');
      if (!of.sample && of.links.length > 0) {
        write('  (what changes the venue takes two persons: give the links to two people)');
      }
      if (of.sample) {
        write('\nThe market is a recording; the incident in it is staged (samples/README.md).\n');
      }
      for (const entry of waiting.splice(0)) tell(entry);
    },
    follow: (read) => {
      if (stdout.isTTY !== true) return { end: () => undefined };
      const timer = setInterval(() => {
        line = progressText(read());
        stdout.write(`${CLEAR_LINE}${line}`);
      }, PROGRESS_EVERY_MS);
      return {
        end: () => {
          clearInterval(timer);
          stdout.write(CLEAR_LINE);
          line = '';
        },
      };
    },
  };
}

function entryText(entry: TimelineEntry, url: string): string {
  const mark = { info: ' ', low: ' ', medium: '·', high: '!', critical: '‼' }[entry.severity];
  const link = entry.path === null ? '' : `\n            ${url}${entry.path}`;
  const detail = entry.detail === '' ? '' : `\n            ${plain(entry.detail)}`;
  return `${timeText(entry.atMs)} ${mark} ${plain(entry.title)}${detail}${link}`;
}

function progressText({ progress, nowMs, events }: Progress): string {
  const done = progress ?? 1;
  const cells = Math.round(done * BAR_CELLS);
  const bar = `${'█'.repeat(cells)}${'░'.repeat(BAR_CELLS - cells)}`;
  const state = progress === null ? 'open' : `${Math.round(done * 100)} %`;
  return `${timeText(nowMs)}  ${bar} ${state}  ${events} events`;
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().slice(11, 19);
}

/** What comes from outside cannot steer the terminal. */
function plain(text: string): string {
  return text.replace(CONTROL_CHARACTERS, ' ');
}
