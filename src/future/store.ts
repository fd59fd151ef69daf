/**
 * Where the states of futures are, and their values, which have to be in memory that every thread with the
 * state can read, while all others are blocked. So they are together in a buffer that grows.
 *
 * A buffer takes address space, and the system has only so many pieces of it: it serves several states. It
 * is collected as a whole, when no thread has any of them.
 *
 * Words of a buffer
 *   END   of what is in use, in units of 8 bytes; 0: no long values yet
 *   then a cache line for each state, where a short value has room, too; then the long values
 * Invariants
 *   M1  Bytes of long values belong to who has moved END past them, for ever. Who dies after that has wasted them.
 */
import type { Agent } from '../agent/agent.ts';
import { CloneCodec } from '../channel/codec.ts';
import { roundUp } from '../channel/layout.ts';
import { Message, SHORT } from '../channel/ring.ts';
import type { Outgoing } from '../channel/sending-side.ts';
import { CACHE_LINE, WORD, type Words, wordsAt } from '../memory/words.ts';
import { sendAll } from '../share/face.ts';
import { pack, unpack } from '../thread/transport.ts';

const END = 0;
const UNIT = 8; // bytes: END and OFFSET reach further than 2 GiB
const STATES = 255; // that share a buffer: to map one and to unmap it takes longer than to use it
const START = ((STATES + 1) * CACHE_LINE) / UNIT;
const ENOUGH = 2 ** 20 / UNIT; // with so much in it a buffer is left to those it has
const MOST_BYTES = 2 ** 32; // address space, not memory: that is taken as it is needed

const HERE = 0; // the offset of a value in its state's line
const VALUE = 6; // the word there at which it starts: the first that is none of the state's
const ROOM = CACHE_LINE - VALUE * WORD; // bytes

/** Where a value is: the unit it starts at, or HERE, and how many bytes it has. None: `undefined`. */
export interface Extent {
  readonly offset: number;
  readonly length: number;
}

const NOTHING: Outgoing = { message: Message.of(0), length: 0 };

/** The memory of the futures that one agent makes. */
export class Store {
  readonly #codec: CloneCodec;
  readonly #short = Message.of(SHORT);
  #buffer: SharedArrayBuffer | undefined;
  #states = 0;

  constructor(agent: Agent) {
    this.#codec = new CloneCodec(agent.table.buffer);
  }

  /** A zeroed line for a state. */
  allot(): Words {
    if (!this.#buffer || this.#states === STATES || endOf(headerOf(this.#buffer)) > ENOUGH) {
      const size = { maxByteLength: MOST_BYTES };
      this.#buffer = new SharedArrayBuffer(2 * START * UNIT, size);
      this.#states = 0;
    }
    this.#states++;
    return wordsAt(this.#buffer, this.#states * CACHE_LINE, CACHE_LINE);
  }

  /**
   * The bytes of `value`; they hold until the next value.
   *
   * @throws TypeError for what cannot travel.
   */
  encode(value: unknown): Outgoing {
    return value === undefined ? NOTHING : sendAll(() => this.#encode(value));
  }

  #encode(value: unknown): Outgoing {
    const { data, transfer } = pack(value);
    if (transfer.length === 0) return this.#codec.encode(data);
    throw new TypeError('a port or stream cannot travel by a future: post it');
  }

  /** Writes the value of the state in `line`. @throws RangeError when there is no room. */
  write(line: Words, { message, length }: Outgoing): Extent {
    const offset = length <= ROOM ? HERE : reserve(line.buffer, Math.ceil(length / UNIT));
    message.copyTo(...placeOf(line, { offset, length }), length);
    return { offset, length };
  }

  /** A copy of the value of the state in `line`; shared objects in it are live. */
  read(line: Words, extent: Extent): unknown {
    const { length } = extent;
    if (length === 0) return undefined;
    const message = length > SHORT ? Message.of(length) : this.#short;
    message.copyFrom(...placeOf(line, extent), length);
    return unpack(this.#codec.decode(message, length));
  }
}

export function storeOf(agent: Agent): Store {
  return (agent.store ??= new Store(agent));
}

/** The view that has it, and the byte there at which it starts. */
function placeOf(line: Words, { offset, length }: Extent): [Words, number] {
  if (offset === HERE) return [line, VALUE * WORD];
  return [wordsAt(line.buffer, offset * UNIT, roundUp(length, UNIT)), 0];
}

function headerOf(buffer: SharedArrayBuffer): Words {
  return wordsAt(buffer, 0, WORD);
}

function endOf(header: Words): number {
  return Atomics.load(header, END) >>> 0 || START;
}

/** Where `units` are that nobody else has (M1). */
function reserve(buffer: SharedArrayBuffer, units: number): number {
  const header = headerOf(buffer);
  for (;;) {
    const found = Atomics.load(header, END);
    const start = found || START;
    const end = start + units;
    if (end * UNIT > buffer.maxByteLength) {
      throw new RangeError(
        `a value of ${units * UNIT} bytes, there is room for no more than 4 GiB`,
      );
    }
    grow(buffer, end * UNIT);
    if (Atomics.compareExchange(header, END, found, end) === found) return start;
  }
}

function grow(buffer: SharedArrayBuffer, least: number): void {
  while (buffer.byteLength < least) {
    const wanted = Math.min(Math.max(least, 2 * buffer.byteLength), buffer.maxByteLength);
    try {
      buffer.grow(wanted);
    } catch (error) {
      if (buffer.byteLength < wanted) throw error; // else another thread was faster
    }
  }
}
