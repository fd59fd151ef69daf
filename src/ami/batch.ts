/** Requests that a batch proxy collects, to be sent as one message. */
import { currentAgent } from '../agent/home.ts';
import { CloneCodec } from '../channel/codec.ts';
import { ThreadLocal } from '../thread/thread-local.ts';
import { MarshalException } from './exceptions.ts';
import type { Request } from './message.ts';
import type { AdapterMemory } from './transport/memory.ts';

const codec = new ThreadLocal(() => new CloneCodec(currentAgent().table.buffer));

export class Batch {
  /** Of the adapter that it is for. */
  readonly memory: AdapterMemory;
  #requests: Request[] = [];
  #byteLength = 0;

  constructor(memory: AdapterMemory) {
    this.memory = memory;
  }

  /**
   * Adds `request` as it is now, whatever becomes of its parameters later. Returns what was there before if the
   * message would else have `limit` bytes or more; below 1 there is no limit.
   */
  add(request: Request, limit: number): readonly Request[] {
    const { copy, byteLength } = copyOf(request);
    const overfull = limit > 0 && this.#byteLength + byteLength >= limit ? this.take() : [];
    this.#requests.push(copy);
    this.#byteLength += byteLength;
    return overfull;
  }

  /** Empties it. */
  take(): readonly Request[] {
    const taken = this.#requests;
    this.#requests = [];
    this.#byteLength = 0;
    return taken;
  }
}

function copyOf(request: Request): { copy: Request; byteLength: number } {
  const { value: each } = codec;
  try {
    const { message, length } = each.encode(request);
    return { copy: each.decode(message, length) as Request, byteLength: length };
  } catch (error) {
    throw new MarshalException(`${request[2]}: ${String(error)}`, { cause: error });
  }
}
