/** What goes along with a request beside its parameters. */

/**
 * Names and values that a request carries beside its parameters; the servant finds them in `current.ctx`.
 * It is a class of its own, and not any map, so that the last argument of a call is never in doubt: no
 * parameter of an operation can be one, since what arrives at a servant is a copy, and a plain map.
 *
 * @example
 * ```ts
 * const context = new Context([['locale', 'de']]);
 * context.set('trace', 'on');
 * console.log(context.get('locale'), context.size); // → de 2
 * ```
 * C++: `Ice::Context`, which is a `std::map<std::string, std::string>`.
 */
export class Context extends Map<string, string> {
  /** Tells the compiler that no other map is one. */
  declare protected readonly isContext: true;

  /** @internal Whether `value` is one, and not a parameter. */
  static isOne(value: unknown): value is Context {
    return value instanceof Context;
  }
}
