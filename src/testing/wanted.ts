/** What the wait records of this library tell of a thread that is stuck: for which object it waits. */
import { allWaiters } from '../wait/record.ts';
import { labelOf, OBJECT_ID, OWNERS, type SharedObject } from '../share/shared-object.ts';
import { FIRST_THREAD, isSharedObject } from './cast.ts';
import type { Names } from './names.ts';
import { letterOf } from './schedule.ts';

/** Of each thread that waits for objects which `setup` returned, these: `b (Mutex), which thread a has`. */
export type Wanted = ReadonlyMap<number, readonly string[]>;

export function wantedBy({ paths }: Names): Wanted {
  const objects = [...paths.keys()].filter(isSharedObject);
  const wanted = new Map<number, string[]>();
  if (objects.length === 0) return wanted;
  for (const { agent, object } of allWaiters(objects[0]!.crossthread.table)) {
    const found = objects.find(({ [OBJECT_ID]: id }) => id === object);
    if (!found) continue;
    const thread = agent - FIRST_THREAD;
    const text = `${paths.get(found)} (${labelOf(found.crossthread)})${ownersOf(found)}`;
    wanted.set(thread, [...(wanted.get(thread) ?? []), text]);
  }
  return wanted;
}

function ownersOf(object: SharedObject & { readonly [OWNERS]?: readonly number[] }): string {
  const owners = (object[OWNERS] ?? []).map(nameOf);
  if (owners.length === 0) return '';
  return `, which ${owners.join(' and ')} ${owners.length === 1 ? 'has' : 'have'}`;
}

function nameOf(agent: number): string {
  return agent < FIRST_THREAD ? '`setup`' : `thread ${letterOf(agent - FIRST_THREAD)}`;
}
