/** One wait of an agent, blocked or awaited, as it is told of. */
import type { Agent } from '../agent/agent.ts';
import { objectName, threadName } from '../agent/labels.ts';
import { labelOf, OWNERS, type SharedObject } from '../share/shared-object.ts';
import { ageOf } from '../wait/record.ts';
import { holderOf } from '../wait/wait-for.ts';
import { Stack } from './stack.ts';

export class Wait {
  /** Where it began, or goes on. */
  readonly stack: Stack = new Stack();
  readonly object: number;
  readonly since: number;
  isReported = false;

  /** It began at `since`, a time of wait/record.ts. */
  constructor(object: number, since: number) {
    this.object = object;
    this.since = since;
  }

  labelIn(agent: Agent): string {
    const live = this.#live(agent);
    return live ? labelOf(live.crossthread) : (objectName(agent, this.object) ?? 'an object');
  }

  /** Such as `agent 1 (main) has waited for Mutex 'orders' for 5003 ms, since …, which agent 2 (worker 1) has`. */
  describeIn(agent: Agent): string {
    const age = ageOf(agent, this.since);
    const began = new Date(Date.now() - age).toISOString();
    const owners = this.#ownersIn(agent).map((id) => nameOf(agent, id));
    const has = owners.length === 0 ? '' : `, which ${owners.join(' and ')} has`;
    return `${nameOf(agent, agent.id)} has waited for ${this.labelIn(agent)} for ${Math.round(age)} ms, since ${began}${has}`;
  }

  #ownersIn(agent: Agent): readonly number[] {
    const owners = (this.#live(agent) as { [OWNERS]?: readonly number[] } | undefined)?.[OWNERS];
    if (owners && owners.length > 0) return owners;
    return [holderOf(agent.table, agent.slot)].filter((id) => id !== 0);
  }

  #live(agent: Agent): SharedObject | undefined {
    return agent.objects.get(this.object)?.deref() as SharedObject | undefined;
  }
}

/** Such as `agent 1 (main)`. */
export function nameOf(agent: Agent, id: number): string {
  return `agent ${id} (${threadName(agent, id)})`;
}
