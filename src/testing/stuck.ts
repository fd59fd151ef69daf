/** A schedule that can go no further although somebody has still work to do: who waits for what. */
import { ANSWER, WAITING } from './events.ts';
import type { Failure } from './failure.ts';
import type { Names } from './names.ts';
import type { Value } from './operations.ts';
import { letterOf } from './schedule.ts';
import { ASLEEP, DEAD, LOOP, type Thread } from './thread.ts';
import { bedOf } from './waiters.ts';
import type { World } from './world.ts';

interface Wait {
  readonly line: string;
  /** Whether the word is no longer what the waiter saw when it began to wait. */
  readonly isOver: boolean;
}

export function describeStuck(world: World, names: Names): Failure {
  const waits = world.threads.filter(isStuck).flatMap((thread) => waitsOf(world, names, thread));
  const killed = world.threads
    .filter(({ where }) => where === DEAD)
    .map(({ index }) => letterOf(index));
  const lines = waits.map(({ line }) => line);
  if (killed.length > 0) lines.push(`killed: ${killed.join(', ')}`);
  return {
    verdict: waits.some(({ isOver }) => isOver) ? 'lost-wakeup' : 'deadlock',
    reason: `nothing is left to run\n  ${lines.join('\n  ')}`,
  };
}

function isStuck(thread: Thread): boolean {
  return thread.where === ASLEEP || (thread.where === LOOP && !thread.done);
}

function waitsOf(world: World, names: Names, thread: Thread): Wait[] {
  const name = `thread ${letterOf(thread.index)}`;
  if (thread.where === ASLEEP) {
    return [
      describe(world, names, `${name} sleeps on`, bedOf(thread), thread.sleptOn[thread.length]!),
    ];
  }
  const { events } = thread;
  const waits: Wait[] = [];
  for (let i = 0; i < events.length; i++) {
    if (events.kinds[i] !== ANSWER || events.stages[i] !== WAITING) continue;
    waits.push(describe(world, names, `${name} awaits`, events.addresses[i]!, events.values[i]!));
  }
  if (waits.length > 0) return waits;
  return [{ line: `${name} awaits a promise that nothing here settles`, isOver: false }];
}

function describe(world: World, names: Names, what: string, address: number, seen: Value): Wait {
  const now = world.memory.read(address, seen);
  const word = `${what} ${names.wordAt(address)}`;
  if (now === seen) return { line: `${word} = ${now}`, isOver: false };
  return { line: `${word}, which was ${seen} and is ${now}`, isOver: true };
}
