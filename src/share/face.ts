/**
 * Faces: live objects that are one side of a shared object which has several, such as a promise and a
 * future. Unlike that object itself a thread may have many, and one may move when it is sent.
 */
import type { Words } from '../memory/words.ts';
import type { HandleData, SharedObject } from './shared-object.ts';

/** @internal What a face is of, and what happens to it when a handle is made of it. */
interface FaceParts {
  readonly kind: string;
  readonly of: Pick<SharedObject, 'crossthread'>;
  /** Of one that moves: it is sent. What this returns takes that back. */
  readonly sent?: () => () => void;
}

/** @internal Of a promise, which is one agent's: where that is written. */
export interface Promised {
  readonly words: Words;
  /** Nobody will set it, unless it has gone to another agent. */
  breakIt(): void;
}

/** @internal Of a face of a promise: that. */
export const PROMISED: unique symbol = Symbol.for('crossthread.promised') as never;

/** How those are taken back that were sent by what runs now. */
let returns: (() => void)[] | undefined;

/**
 * What `send` returns. If it throws, the faces that it has made handles of are here still.
 *
 * @throws TypeError for what structured clone refuses.
 */
export function sendAll<T>(send: () => T): T {
  const outer = returns;
  const inner = (returns = [] as (() => void)[]);
  try {
    const sent = send();
    outer?.push(...inner);
    return sent;
  } catch (error) {
    for (const takeBack of inner) takeBack();
    if (!(error instanceof DOMException) || error.name !== 'DataCloneError') throw error;
    throw new TypeError(error.message, { cause: error });
  } finally {
    returns = outer;
  }
}

export abstract class Face {
  /** As a shared object's, but read, which structured clone does, is sent. @internal */
  declare readonly crossthread: HandleData;
  readonly #parts: FaceParts;

  /** One for all: with a getter of its own each face would be of a shape of its own. */
  static readonly #HANDLE: PropertyDescriptor & ThisType<Face> = {
    enumerable: true,
    get() {
      const { kind, of, sent } = this.#parts;
      const takeBack = sent?.();
      if (takeBack) returns?.push(takeBack);
      return { ...of.crossthread, kind };
    },
  };

  /** @internal */
  constructor(parts: FaceParts) {
    this.#parts = parts;
    Object.defineProperty(this, 'crossthread', Face.#HANDLE);
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${this.#parts.kind}]`;
  }

  /** @internal */
  toJSON(): string {
    return `[${this.#parts.kind}]`;
  }
}
