import { expect, test } from 'vitest';
import { createLifecycle, type Part } from './lifecycle.ts';

function recordingPart(name: string, calls: string[], fails?: 'start' | 'stop'): Part {
  const act = (what: 'start' | 'stop') => (): Promise<void> => {
    calls.push(`${what} ${name}`);
    return fails === what ? Promise.reject(new Error(`${name} fails`)) : Promise.resolve();
  };
  return { name, start: act('start'), stop: act('stop') };
}

test('parts stop in the reverse of the order in which they started', async () => {
  const calls: string[] = [];
  const lifecycle = createLifecycle();
  for (const name of ['log', 'engine', 'http']) await lifecycle.start(recordingPart(name, calls));
  await lifecycle.stop();
  expect(calls).toEqual([
    'start log',
    'start engine',
    'start http',
    'stop http',
    'stop engine',
    'stop log',
  ]);
});

test('when the third of five fails, the first two are stopped', async () => {
  const calls: string[] = [];
  const lifecycle = createLifecycle();
  await lifecycle.start(recordingPart('log', calls));
  await lifecycle.start(recordingPart('engine', calls));
  const third = lifecycle.start(recordingPart('http', calls, 'start'));
  await expect(third).rejects.toThrow('http could not start');
  expect(calls).toEqual(['start log', 'start engine', 'start http', 'stop engine', 'stop log']);
});

test('one part that does not stop keeps none of the others running', async () => {
  const calls: string[] = [];
  const lifecycle = createLifecycle();
  await lifecycle.start(recordingPart('log', calls));
  await lifecycle.start(recordingPart('engine', calls, 'stop'));
  await expect(lifecycle.stop()).rejects.toThrow('some parts did not stop in order');
  expect(calls).toContain('stop log');
});
