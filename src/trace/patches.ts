/** Methods and getters of prototypes, replaced until further notice. */
type Method = (this: never, ...args: never[]) => unknown;

/** A method, or a getter. */
interface Own<F> {
  readonly get?: F;
  readonly value?: F;
}

export class Patches {
  readonly #undo: (() => void)[] = [];

  /** `wrap` gets what `owner` itself has under that name. */
  replace<F extends Method>(owner: object, name: PropertyKey, wrap: (original: F) => F): void {
    const found = Object.getOwnPropertyDescriptor(owner, name)!;
    const { get, value } = found as Own<F>;
    this.#undo.push(() => void Object.defineProperty(owner, name, found));
    const replaced = get ? { get: wrap(get) } : { value: wrap(value!) };
    Object.defineProperty(owner, name, { ...found, ...replaced } as PropertyDescriptor);
  }

  undo(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}
