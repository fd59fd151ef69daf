/** Who looks on at the waits of an agent while tracing is on: see trace/. There is nobody else. */
import type { Agent } from '../agent/agent.ts';

export interface Watch {
  /** The thread has been blocked for a slice more, in the wait of `record`. */
  blockedForSlice(agent: Agent, record: number): void;
  /** A task begins to wait for `object`. Returns what is to be called at the end of that. */
  awaits(agent: Agent, object: number): () => void;
  /** Tasks have waited for a slice more. */
  awaitedForSlice(agent: Agent): void;
  /** What the agent waits for and holds, and where in the code it began to. */
  tell(agent: Agent): string;
}
