/** How values become the bytes of messages, and back. */
import { v8 } from '../agent/runtime.ts';
import { isSameTable } from '../agent/table.ts';
import { SyncError } from '../errors.ts';
import { isShared, tagOf, WORD } from '../memory/words.ts';
import { sendAll } from '../share/face.ts';
import { checkFields, fieldsOver, Memory, putFields, readFields } from './fields.ts';
import { layOut, type Schema, type StructShape, VIEWS } from './layout.ts';
import { Message, SHORT } from './ring.ts';
import type { Outgoing } from './sending-side.ts';

export interface Codec<T> {
  /** Of each message, where they are alike. */
  readonly byteLength: number;
  /** The message holds until the next one is encoded. */
  encode(value: T): Outgoing;
  decode(message: Message, length: number): T;
}

/** A record that is being written, and then sent. */
interface Draft extends Outgoing {
  readonly fields: object;
}

/** Records of one schema: their fields, in a fixed order, in as many bytes each time. */
export class RecordCodec implements Codec<object> {
  readonly #shape: StructShape;
  #draft: Draft | undefined;
  #from: Message | undefined;
  #received: object = {};

  constructor(schema: Schema) {
    this.#shape = layOut(schema);
  }

  get byteLength(): number {
    return this.#shape.byteLength;
  }

  encode(value: object): Outgoing {
    checkFields(this.#shape, value, 'value');
    const draft = this.#draft ?? this.#newDraft();
    this.#draft = undefined; // a getter of `value` may send a record, too
    draft.message.bytes.fill(0);
    putFields(draft.fields, this.#shape, value);
    this.#draft = draft;
    return draft;
  }

  decode(message: Message): object {
    if (message !== this.#from) this.#received = this.#fieldsOf(message);
    this.#from = message;
    return readFields(this.#received, this.#shape);
  }

  #newDraft(): Draft {
    const { byteLength: length } = this.#shape;
    const message = Message.of(length);
    return { message, length, fields: this.#fieldsOf(message) };
  }

  #fieldsOf({ bytes }: Message): object {
    return fieldsOver(new Memory(bytes.buffer, bytes.byteOffset, this.#shape), this.#shape);
  }
}

type V8 = typeof import('node:v8');

/** What the types of Node's leave out, though it is documented. */
interface HostObjects {
  _setTreatArrayBufferViewsAsHostObjects(on: boolean): void;
}

const VIEW_TYPES = [...Object.values(VIEWS), Uint8ClampedArray, DataView] as unknown as readonly {
  readonly name: string;
  readonly BYTES_PER_ELEMENT?: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): ArrayBufferView;
}[];
const IN_TABLE = VIEW_TYPES.length; // instead of a type: words of the agent table

/** The first byte of what V8 writes; no UTF-8 has it. */
const V8_HEADER = 0xff;
const MOST_OBJECTS = 1000; // in a message that is looked through; also keeps the stack short
const WIDEST = 3; // bytes of UTF-8 for a unit of a string

/**
 * Whatever structured clone takes, except shared memory; the agent table is there for all. What JSON can say
 * goes as JSON: V8's serializer takes several times as long, and other runtimes have none.
 */
export class CloneCodec implements Codec<unknown> {
  readonly byteLength = 0;
  readonly #table: SharedArrayBuffer;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #short = Message.of(SHORT);
  #types: Types | undefined;

  constructor(table: SharedArrayBuffer) {
    this.#table = table;
  }

  encode(value: unknown): Outgoing {
    if (value === undefined) {
      throw new TypeError('`value` is undefined, which tells receivers of the end');
    }
    return isJson(value) ? this.#encodeText(JSON.stringify(value)) : this.#encodeAny(value);
  }

  decode({ bytes }: Message, length: number): unknown {
    const found = bytes.subarray(0, length);
    if (found[0] !== V8_HEADER) return JSON.parse(this.#decoder.decode(found));
    const { Reader } = this.#v8();
    const reader = new Reader(found);
    reader.readHeader();
    return reader.readValue();
  }

  #encodeText(text: string): Outgoing {
    if (text.length * WIDEST > SHORT) return this.#outgoing(this.#encoder.encode(text));
    const { written } = this.#encoder.encodeInto(text, this.#short.bytes);
    return { message: this.#short, length: written };
  }

  #encodeAny(value: unknown): Outgoing {
    const { Writer } = this.#v8();
    const writer = new Writer();
    writer.writeHeader();
    sendAll(() => writer.writeValue(value));
    return this.#outgoing(writer.releaseBuffer());
  }

  #outgoing(bytes: Uint8Array): Outgoing {
    const length = bytes.byteLength;
    if (length > SHORT) return { message: new Message(bytes), length };
    this.#short.bytes.set(bytes);
    return { message: this.#short, length };
  }

  #v8(): Types {
    if (v8) return (this.#types ??= typesFor(v8, this.#table));
    throw new SyncError('not_supported', 'without node:v8 a channel takes only what JSON can say');
  }
}

/** Whether JSON says of `value` all that structured clone would: a tree of plain objects, none of it twice. */
function isJson(value: unknown, seen?: Set<unknown>): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || isTree(value, seen ?? new Set());
    default:
      return false;
  }
}

function isTree(value: object, seen: Set<unknown>): boolean {
  if (seen.has(value) || seen.size === MOST_OBJECTS) return false;
  seen.add(value);
  const isList = Array.isArray(value);
  // First, for a view has a key for each of its elements.
  const plain: unknown = isList ? Array.prototype : Object.prototype;
  if (Object.getPrototypeOf(value) !== plain) return false;
  const keys = Object.keys(value);
  if (isList) {
    // With a name there is a hole, which this looks at, as `every` does not.
    return keys.length === value.length && value.findIndex((item) => !isJson(item, seen)) === -1;
  }
  return keys.every((key) => isJson((value as Record<string, unknown>)[key], seen));
}

interface Types {
  readonly Writer: new () => InstanceType<V8['Serializer']>;
  readonly Reader: new (bytes: Uint8Array) => InstanceType<V8['Deserializer']>;
}

function typesFor({ Serializer, Deserializer }: V8, table: SharedArrayBuffer): Types {
  class Writer extends Serializer {
    readonly _getDataCloneError = TypeError;

    constructor() {
      super();
      (this as unknown as HostObjects)._setTreatArrayBufferViewsAsHostObjects(true);
    }

    _getSharedArrayBufferId(): never {
      throw shared();
    }

    _writeHostObject(object: object): void {
      const tag = VIEW_TYPES.findIndex((type) => type.name === tagOf(object));
      if (tag === -1) throw new TypeError(`#<${object.constructor.name}> could not be cloned`);
      const { buffer, byteOffset, byteLength } = object as ArrayBufferView;
      const isInTable = isMemoryOf(table, buffer);
      if (isShared(buffer) && !isInTable) throw shared();
      this.writeUint32(isInTable ? IN_TABLE : tag);
      this.writeUint32(byteLength);
      if (isInTable) this.writeUint32(byteOffset);
      else this.writeRawBytes(new Uint8Array(buffer, byteOffset, byteLength));
    }
  }

  class Reader extends Deserializer {
    _readHostObject(): ArrayBufferView {
      const tag = this.readUint32();
      const byteLength = this.readUint32();
      if (tag === IN_TABLE) return new Int32Array(table, this.readUint32(), byteLength / WORD);
      const bytes = this.readRawBytes(byteLength);
      const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + byteLength);
      const type = VIEW_TYPES[tag]!;
      return new type(copy as ArrayBuffer, 0, byteLength / (type.BYTES_PER_ELEMENT ?? 1));
    }
  }

  return { Writer, Reader };
}

/** Global objects that have come by a message are in the buffer of that message, which is another one. */
function isMemoryOf(table: SharedArrayBuffer, buffer: ArrayBufferLike): boolean {
  if (buffer === table) return true;
  if (!isShared(buffer) || buffer.byteLength !== table.byteLength) return false;
  return isSameTable(new Int32Array(buffer), new Int32Array(table));
}

function shared(): TypeError {
  return new TypeError(
    'shared memory does not travel as bytes, nor what lives in it, such as a Mutex: ' +
      'hand it over before, or send a global object',
  );
}
