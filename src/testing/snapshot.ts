/** The scalar state of a world in a row of numbers, one row for each point the search may go back to. */
import { THREAD_FIELDS } from './thread.ts';
import type { World } from './world.ts';

const WORLD_FIELDS = 18;

export function rowLength(world: World): number {
  return WORLD_FIELDS + world.threads.length * THREAD_FIELDS;
}

export function save(world: World, row: Float64Array, at: number): void {
  row[at] = world.left.preemptions;
  row[at + 1] = world.left.timeouts;
  row[at + 2] = world.left.aborts;
  row[at + 3] = world.left.kills;
  row[at + 4] = world.current;
  row[at + 5] = world.clock;
  row[at + 6] = world.steps * 2 + (world.granted ? 1 : 0);
  row[at + 7] = world.killed;
  row[at + 8] = world.idleSlices;
  row[at + 9] = world.calmA;
  row[at + 10] = world.calmB;
  row[at + 11] = world.tickets;
  row[at + 12] = world.memory.hashA;
  row[at + 13] = world.memory.hashB;
  row[at + 14] = world.memory.version;
  row[at + 15] = world.races?.clocks.hashA ?? 0;
  row[at + 16] = world.races?.clocks.hashB ?? 0;
  row[at + 17] = world.left.spurious;
  let next = at + WORLD_FIELDS;
  for (const thread of world.threads) {
    thread.save(row, next);
    next += THREAD_FIELDS;
  }
}

export function restore(world: World, row: Float64Array, at: number): void {
  world.left.preemptions = row[at]!;
  world.left.timeouts = row[at + 1]!;
  world.left.aborts = row[at + 2]!;
  world.left.kills = row[at + 3]!;
  world.current = row[at + 4]! | 0;
  world.clock = row[at + 5]!;
  world.steps = (row[at + 6]! | 0) >> 1;
  world.granted = (row[at + 6]! & 1) === 1;
  world.killed = row[at + 7]! | 0;
  world.idleSlices = row[at + 8]! | 0;
  world.calmA = row[at + 9]! | 0;
  world.calmB = row[at + 10]! | 0;
  world.tickets = row[at + 11]! | 0;
  world.memory.hashA = row[at + 12]! | 0;
  world.memory.hashB = row[at + 13]! | 0;
  world.memory.version = row[at + 14]! | 0;
  world.left.spurious = row[at + 17]!;
  if (world.races) {
    world.races.clocks.hashA = row[at + 15]! | 0;
    world.races.clocks.hashB = row[at + 16]! | 0;
  }
  let next = at + WORLD_FIELDS;
  for (const thread of world.threads) {
    thread.restore(row, next);
    next += THREAD_FIELDS;
  }
}
