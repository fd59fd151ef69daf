import type { Agent } from '../agent/agent.ts';
import { nodeProcess } from '../agent/runtime.ts';
import { flushed } from './flushed.ts';

/** Ends this thread, when those have ended that it has started: they would end with it. */
export async function leave({ life }: Agent): Promise<void> {
  do {
    await Promise.all(life.children);
    await flushed();
  } while (life.children.size > 0); // started meanwhile
  nodeProcess?.exit();
}
