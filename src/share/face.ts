/**
 * Faces: live objects that are one side of a shared object which has several, such as a promise and a
 * future. Unlike that object itself a thread may have many, and one may move when it is sent.
 */
import type { HandleData, SharedObject } from './shared-object.ts';

/** @internal What a face is of, and what happens to it when a handle is made of it. */
interface FaceParts {
  readonly kind: string;
  readonly of: Pick<SharedObject, 'crossthread'>;
  readonly sent: () => void;
}

export abstract class Face {
  /** As a shared object's, but read, which structured clone does, is sent. @internal */
  declare readonly crossthread: HandleData;
  readonly #kind: string;

  /** @internal */
  constructor({ kind, of, sent }: FaceParts) {
    this.#kind = kind;
    const get = (): HandleData => {
      sent();
      return { ...of.crossthread, kind };
    };
    Object.defineProperty(this, 'crossthread', { get, enumerable: true });
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `[${this.#kind}]`;
  }

  /** @internal */
  toJSON(): string {
    return `[${this.#kind}]`;
  }
}
