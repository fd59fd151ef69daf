/** Switching tracing on and off. */
import type { Agent } from '../agent/agent.ts';
import { currentAgent, onArrival } from '../agent/home.ts';
import { nodeProcess } from '../agent/runtime.ts';
import { COMPLAINED } from '../agent/table.ts';
import { checkMilliseconds, checkOptions, describe } from '../memory/checks.ts';
import type { Words } from '../memory/words.ts';
import type { Milliseconds } from '../wait/deadline.ts';
import { hookLocks } from './hooks.ts';
import { warn } from './say.ts';
import { Tracer, type Wishes } from './tracer.ts';

const VARIABLE = 'CROSSTHREAD_TRACE';

/** What is to be traced. */
export interface TracingOptions {
  /** Where mutexes are locked, in which order, and whether guards are lost. */
  locks?: boolean;
  /** Waits that last longer than this are reported. More than 0. */
  hang?: Milliseconds;
}

let unhook: (() => void) | undefined;
let hookedFor = 0;

/**
 * Looks on, for who searches a hang or a deadlock; free while it is off. Of this thread alone: the
 * environment variable `CROSSTHREAD_TRACE=locks,hang:5000` does the same in all threads, from their start.
 * Returns what turns it off again; several may be on at once.
 *
 * `locks`, the default: a {@link DeadlockError} and {@link inspect} say where each mutex was locked and is
 * waited for. A warning of the process (`process.on('warning')`) tells of mutexes that are locked in an order
 * that may deadlock (`LockOrderWarning`, once for each pair), and of guards that were garbage-collected
 * though what they held goes on (`GuardWarning`). Each lock takes tens of microseconds more.
 *
 * `hang`: a wait that lasts longer, blocked or awaited, is reported on standard error, once, with what
 * everybody waits for and holds. It is looked for every 250 ms.
 *
 * Never blocks. C++: none; what `-fsanitize=thread` finds of lock orders.
 *
 * @throws TypeError, RangeError for options that make no sense; nothing is changed then.
 *
 * @example
 * ```ts
 * using tracing = enableTracing({ locks: true, hang: 5000 });
 * using lock = new Mutex({ name: 'orders' }).lock();
 * const me = inspect().agents.find(({ agent }) => agent === 1);
 * console.log(me?.trace?.split('\n')[0]); // →     holds Mutex 'orders', locked
 * ```
 */
export function enableTracing(options: TracingOptions = { locks: true }): Disposable {
  checkOptions(options);
  const { locks = false, hang = Infinity } = options;
  if (typeof locks !== 'boolean') {
    throw new TypeError(`\`locks\` must be a boolean, got ${describe(locks)}`);
  }
  checkMilliseconds('hang', hang);
  if (hang <= 0) throw new RangeError(`\`hang\` must be more than 0 ms, got ${hang}`);
  const wishes = { locks, hang };
  turnOn(currentAgent(), wishes);
  let isOn = true;
  return {
    [Symbol.dispose]: () => {
      if (isOn) turnOff(currentAgent(), wishes);
      isOn = false;
    },
  };
}

function turnOn(agent: Agent, wishes: Wishes): void {
  const tracer = (agent.watch ??= new Tracer()) as Tracer;
  tracer.wishes.add(wishes);
  if (!wishes.locks) return;
  hookedFor++;
  unhook ??= hookLocks();
}

function turnOff(agent: Agent, wishes: Wishes): void {
  const tracer = agent.watch as Tracer | undefined;
  tracer?.wishes.delete(wishes);
  if (tracer?.wishes.size === 0) agent.watch = undefined;
  if (!wishes.locks || --hookedFor > 0) return;
  unhook?.();
  unhook = undefined;
}

/** What the environment wants traced. */
function enableAsTold({ table }: Agent, told: string): void {
  const options: TracingOptions = {};
  for (const part of told.split(',').map((each) => each.trim())) {
    const hang = /^hang:(\d+(?:\.\d+)?)$/.exec(part)?.[1];
    if (part === 'locks') options.locks = true;
    else if (Number(hang) > 0) options.hang = Number(hang);
    else complain(table, part);
  }
  if (options.locks || options.hang !== undefined) enableTracing(options);
}

/** Once: all threads read the same. */
function complain(table: Words, part: string): void {
  if (Atomics.exchange(table, COMPLAINED, 1) !== 0) return;
  warn('TraceWarning', 'TRACE', `${VARIABLE}: '${part}' is none of 'locks', 'hang:MILLISECONDS'`);
}

const told = nodeProcess?.env[VARIABLE];
if (told) onArrival((agent) => enableAsTold(agent, told)); // a thread that uses no object is no agent
