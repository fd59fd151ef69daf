/** A schedule that can go no further although somebody has still work to do: who waits for what. */
import { endOf, textOfWait, type WordWait } from './ends.ts';
import type { Failure } from './failure.ts';
import type { Names } from './names.ts';
import { letterOf } from './schedule.ts';
import type { Wanted } from './wanted.ts';
import type { World } from './world.ts';

export function describeStuck(world: World, names: Names, wanted: Wanted): Failure {
  const ends = world.threads.map((thread) => endOf(world, names, thread));
  const lines = ends.flatMap(({ state, waits }, thread) => {
    const objects = wanted.get(thread);
    const name = `thread ${letterOf(thread)}${objects ? ` waits for ${objects.join(', for ')}; it` : ''}`;
    if (state === 'asleep') return waits.map((wait) => `${name} sleeps on ${textOfWait(wait)}`);
    if (state !== 'awaiting') return [];
    if (waits.length > 0) return waits.map((wait) => `${name} awaits ${textOfWait(wait)}`);
    return [`${name} awaits a promise that nothing here settles`];
  });
  const killed = ends.flatMap(({ state }, i) => (state === 'killed' ? [letterOf(i)] : []));
  if (killed.length > 0) lines.push(`killed: ${killed.join(', ')}`);
  const isOver = ({ seen, now }: WordWait): boolean => now !== seen;
  return {
    verdict: ends.some(({ waits }) => waits.some(isOver)) ? 'lost-wakeup' : 'deadlock',
    reason: `nothing is left to run\n  ${lines.join('\n  ')}`,
  };
}
