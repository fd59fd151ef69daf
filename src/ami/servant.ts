/** The types of servants, as they follow from their interface, and of the modules that have their classes. */
import type { Current } from './dispatch.ts';
import type { In, OperationName, Out } from './proxy.ts';

/**
 * What a servant of the interface `I` has: for each operation a method that returns the result, or a promise of
 * it, and that may ask for the {@link Current} call behind its parameters. It cannot tell how it is called.
 */
export type Servant<I> = {
  [K in OperationName<I>]: (
    ...args: [...In<I[K]>, current: Current]
  ) => Out<I[K]> | Promise<Out<I[K]>>;
};

type AnyClass = new (...args: never[]) => object;

/** The names of the classes among the exports `M` of a module. */
export type ClassName<M> = {
  [K in keyof M]: M[K] extends AnyClass ? K : never;
}[keyof M] &
  string;

/** What an object of the class `C` is made with. */
export type ConstructorArguments<C> = C extends new (...args: infer A) => object ? A : never;
