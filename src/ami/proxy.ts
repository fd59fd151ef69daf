/** The types of proxies and servants, as they follow from one interface. */
import type { AsyncResult } from './async-result.ts';
import type { Callback, TypedCallback } from './callback.ts';
import type { Context } from './context.ts';
import type { ObjectPrx } from './object-prx.ts';
import type { OperationKind } from './operations.ts';

type AnyFunction = (...args: never[]) => unknown;

/** The names of the operations of the interface `I`: its methods. */
export type OperationName<I> = {
  [K in keyof I]: I[K] extends AnyFunction ? K : never;
}[keyof I] &
  string;

/** The parameters of an operation. */
export type In<F> = F extends (...args: infer A) => unknown ? A : never;

/** The result of an operation. */
export type Out<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/** Whether an operation has no result. */
type IsVoid<F> = [Out<F>] extends [void] ? true : false;

/**
 * What {@link defineProxy} is to be told of each operation of `I`. Nothing is right for one with optional
 * parameters: the call that a servant is told of comes behind them, and they are not there to be counted.
 */
export type OperationTable<I> = {
  readonly [K in OperationName<I>]: In<I[K]> extends Required<In<I[K]>>
    ? IsVoid<I[K]> extends true
      ? Exclude<OperationKind, 'returns'>
      : 'returns'
    : never;
};

/**
 * A proxy for servants with the interface `I`: for each operation `op` it has `op`, `opAsync`, `begin_op` and
 * `end_op`, and all that an {@link ObjectPrx} has.
 */
export type Proxy<I> = ObjectPrx & Operations<I>;

/** The methods that a proxy has for the operations of `I`. */
export type Operations<I> = {
  [K in OperationName<I>]: (...args: WithContext<In<I[K]>>) => Out<I[K]>;
} & {
  [K in OperationName<I> as `${K}Async`]: (...args: WithContext<In<I[K]>>) => Promise<Out<I[K]>>;
} & {
  [K in OperationName<I> as `begin_${K}`]: Begin<K, In<I[K]>, Proxy<I>>;
} & {
  [K in OperationName<I> as `end_${K}`]: (result: AsyncResult) => Out<I[K]>;
};

/** Parameters, and a context behind them or not. */
type WithContext<A extends unknown[]> = A | [...A, context: Context];

/** The `begin_` method of the operation `K` with parameters `A`. */
export interface Begin<K extends string, A extends unknown[], P extends ObjectPrx> {
  (...args: WithContext<A>): AsyncResult<P>;
  (...args: [...WithContext<A>, callback: Callback | TypedCallback<K>]): AsyncResult<P>;
  (...args: [...WithContext<A>, callback: Callback, cookie: unknown]): AsyncResult<P>;
  <C>(...args: [...WithContext<A>, callback: TypedCallback<K, C>, cookie: C]): AsyncResult<P>;
}

/** What makes the type-safe callbacks of the operations of `I`. */
export type Callbacks<I> = {
  readonly [K in OperationName<I> as `newCallback_${K}`]: IsVoid<I[K]> extends true
    ? NewVoidCallback<K>
    : NewCallback<K, Out<I[K]>>;
};

/** Makes a callback for an operation with a result. */
export type NewCallback<K extends string, R> = <T extends object, C = undefined>(
  object: T,
  success: (this: T, value: R, cookie: C) => void,
  failure: FailureMethod<T, C> | null,
  sent?: SentMethod<T, C>,
) => TypedCallback<K, C>;

/** Makes a callback for an operation without a result; with two arguments it is one for failures. */
export interface NewVoidCallback<K extends string> {
  <T extends object, C = undefined>(object: T, failure: FailureMethod<T, C>): TypedCallback<K, C>;
  <T extends object, C = undefined>(
    object: T,
    success: ((this: T, cookie: C) => void) | null,
    failure: FailureMethod<T, C> | null,
    sent?: SentMethod<T, C>,
  ): TypedCallback<K, C>;
}

/** A method that is told of a failure. */
export type FailureMethod<T, C> = (this: T, exception: Error, cookie: C) => void;

/** A method that is told when the request has left the thread. */
export type SentMethod<T, C> = (this: T, sentSynchronously: boolean, cookie: C) => void;

/** The class of the proxies for `I`, as {@link defineProxy} returns it. */
export type ProxyClass<I> = Callbacks<I> & Callbacks<ObjectOperations> & Casts<Proxy<I>>;

/** What makes proxies of a class of others. */
export interface Casts<P extends ObjectPrx> {
  /** The type id that it was defined with. C++: `ice_staticId`. */
  ice_staticId(): string;
  /** `prx` as a proxy of this class, without asking the servant whether it is one. */
  uncheckedCast(prx: ObjectPrx): P;
  /** `prx` as a proxy of this class, or `null`: asks the servant by `ice_isA`, and blocks for the answer. */
  checkedCast(prx: ObjectPrx, context?: Context): P | null;
  /** As {@link checkedCast}, with the event loop free. */
  checkedCastAsync(prx: ObjectPrx, context?: Context): Promise<P | null>;
}

/** The operations that every servant has, whatever its interface. */
export interface ObjectOperations {
  /** Does nothing but come back. */
  ice_ping(): void;
  /** Whether the servant has the interface of that type id. */
  ice_isA(typeId: string): boolean;
  /** The type id of the servant's own interface. */
  ice_id(): string;
  /** The type ids of all interfaces that the servant has, in alphabetical order. */
  ice_ids(): string[];
}
