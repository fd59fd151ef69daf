/** A thread that runs an export, as the thread that started it has it. */
import { currentAgent } from '../agent/home.ts';
import { workerThreads } from '../agent/runtime.ts';
import { SyncError } from '../errors.ts';
import { describe } from '../memory/checks.ts';
import { tagOf } from '../memory/words.ts';
import { sendAll } from '../share/face.ts';
import type { StopToken } from '../stop/stop-token.ts';
import type { WaitOptions } from '../wait/options.ts';
import type { StopWatch } from '../wait/stop.ts';
import { Completion, newCompletion } from './completion.ts';
import type { Job } from './job.ts';
import { checkLoadable } from './load-export.ts';
import { type Ending, readOutcome } from './outcome.ts';
import { ownStopToken } from './own-stop-token.ts';
import { requireWorkers, type StartedWorker, startWorker } from './start-worker.ts';
import { pack } from './transport.ts';

const ENTRY = new URL('./entry.js', import.meta.url);
const UNHEARD: WaitOptions = { keepAlive: false };

export class Running {
  readonly id: number;
  readonly label: string;
  readonly #started: StartedWorker;
  readonly #port: import('node:worker_threads').MessagePort;
  readonly #completion: Completion;

  /** Starts it; `stop` is its own token, if it has one. Throws as `Thread.start` does. */
  constructor(module: unknown, name: unknown, args: readonly unknown[], stop?: StopToken) {
    checkModule(module);
    checkName(name);
    const words = newCompletion();
    const { port1, port2 } = new (requireWorkers().MessageChannel)();
    const job: Job = {
      module: module.href,
      name,
      args: args.map((argument) => (argument === ownStopToken ? required(stop) : argument)),
      stop,
      completion: words,
      port: port2,
    };
    this.#started = sendAll(() => startWorker(ENTRY, name, pack(job)));
    const { children } = currentAgent().life;
    const ended = this.#started.ended.then(() => void children.delete(ended));
    children.add(ended);
    this.#port = port1;
    this.id = this.#started.id;
    this.label = `thread ${this.id} '${name}'`;
    this.#completion = new Completion(words, this.id, this.label);
  }

  wait(stop?: StopWatch): void {
    this.#completion.wait(stop);
  }

  async waitAsync(options: WaitOptions): Promise<void> {
    await this.#completion.waitAsync(options);
  }

  /** Once it is over: what its function returned, or throws what that threw. To be asked for once. */
  result(): unknown {
    const { outcome, uncaught } = this.#read();
    if (!outcome) {
      const message = `${this.label} died before its function was done`;
      const options = uncaught === undefined ? {} : { cause: uncaught };
      throw new SyncError('no_such_process', message, options);
    }
    if ('thrown' in outcome) throw outcome.thrown;
    return outcome.value;
  }

  /** From here on nobody waits for it. Rejects with what it throws, which nobody else would hear of. */
  async leaveAlone(): Promise<void> {
    if (workerThreads?.isMainThread) this.#started.worker.unref();
    await this.#completion.waitAsync(UNHEARD);
    const { outcome, uncaught } = this.#read();
    if (outcome && 'thrown' in outcome) throw outcome.thrown;
    if (uncaught !== undefined) throw uncaught;
  }

  #read(): Ending {
    const read = readOutcome(this.#port);
    this.#port.close();
    return { uncaught: this.#started.fatal(), ...read };
  }
}

export function checkModule(module: unknown): asserts module is URL {
  if (tagOf(module) !== 'URL') {
    throw new TypeError(`\`module\` must be a URL, as of moduleRef(), got ${describe(module)}`);
  }
  checkLoadable(module as URL);
}

export function checkName(name: unknown): asserts name is string {
  if (typeof name === 'string') return;
  throw new TypeError(`\`name\` must be a string, got ${describe(name)}`);
}

function required(stop: StopToken | undefined): StopToken {
  if (stop) return stop;
  throw new TypeError('`ownStopToken` is for a JThread: a Thread has no stop token of its own');
}
