/**
 * What goes wrong with invocations, by Ice's names. A {@link LocalException} comes from this thread's side of the
 * connection, or tells what the servant's side found; what a servant throws itself arrives as it is.
 */

/**
 * All exceptions of this entry.
 *
 * @example
 * ```ts
 * try {
 *   employees.end_getName(employees.begin_getNumber('Ann'));
 * } catch (error) {
 *   console.log(error instanceof Exception); // → true
 * }
 * ```
 * C++: `Ice::Exception`.
 */
export class Exception extends Error {
  static {
    this.prototype.name = 'Exception';
  }
}

/**
 * A base for what servants throw on purpose. To keep its class on the way it has to be registered in both
 * threads, which it is in the module that defines it. Any other class of errors will do as well.
 *
 * @example
 * ```ts
 * class NoSuchEmployee extends UserException {
 *   number = 0;
 * }
 * registerErrors(NoSuchEmployee);
 * ```
 * C++: `Ice::UserException`.
 */
export class UserException extends Exception {
  static {
    this.prototype.name = 'UserException';
  }
}

/**
 * The interface was used against its rules: a result is ended twice, or by another proxy or operation than
 * the one that began it, or an operation with a result is begun on a oneway proxy.
 *
 * @example
 * ```ts
 * const result = employees.begin_getName(99);
 * employees.end_getName(result);
 * try {
 *   employees.end_getName(result);
 * } catch (error) {
 *   console.log(error instanceof IllegalArgumentException); // → true
 * }
 * ```
 * C++: `IceUtil::IllegalArgumentException`.
 */
export class IllegalArgumentException extends Exception {
  static {
    this.prototype.name = 'IllegalArgumentException';
  }
}

/**
 * What no servant has thrown: the request could not be sent, or not be carried out.
 *
 * @example
 * ```ts
 * const nobody = EmployeesPrx.uncheckedCast(employees.ice_identity('nobody'));
 * const result = nobody.begin_getName(99);
 * result.waitForCompleted();
 * try {
 *   result.throwLocalException();
 * } catch (error) {
 *   console.log(error instanceof LocalException); // → true
 * }
 * ```
 * C++: `Ice::LocalException`.
 */
export class LocalException extends Exception {
  static {
    this.prototype.name = 'LocalException';
  }
}

/**
 * The communicator of the proxy was destroyed. The one local exception that `begin_` methods throw themselves.
 *
 * @example
 * ```ts
 * communicator.destroy();
 * try {
 *   employees.begin_getName(99);
 * } catch (error) {
 *   console.log(error instanceof CommunicatorDestroyedException); // → true
 * }
 * ```
 * C++: `Ice::CommunicatorDestroyedException`.
 */
export class CommunicatorDestroyedException extends LocalException {
  static {
    this.prototype.name = 'CommunicatorDestroyedException';
  }
}

/**
 * An asynchronous invocation of a servant in the same thread. It would have to go through the transport:
 * {@link ObjectPrx.ice_collocationOptimized}.
 *
 * @example
 * ```ts
 * const adapter = communicator.createObjectAdapter('here');
 * const here = adapter.add({ greet: () => 'hello' }, 'greeter');
 * const result = here.begin_ice_ping();
 * try {
 *   here.end_ice_ping(result);
 * } catch (error) {
 *   console.log(error instanceof CollocationOptimizationException); // → true
 * }
 * ```
 * C++: `Ice::CollocationOptimizationException`.
 */
export class CollocationOptimizationException extends LocalException {
  static {
    this.prototype.name = 'CollocationOptimizationException';
  }
}

/**
 * A blocking or awaited call through a oneway proxy, of an operation that has a result to wait for. The
 * `begin_` methods throw an {@link IllegalArgumentException} instead.
 *
 * @example
 * ```ts
 * const oneway = EmployeesPrx.uncheckedCast(employees.ice_oneway());
 * try {
 *   oneway.getName(99);
 * } catch (error) {
 *   console.log(error instanceof TwowayOnlyException); // → true
 * }
 * ```
 * C++: `Ice::TwowayOnlyException`.
 */
export class TwowayOnlyException extends LocalException {
  static {
    this.prototype.name = 'TwowayOnlyException';
  }
}

/**
 * No connection: the adapter is closed, the thread of its servants is dead, or it has as many clients as it
 * can; the `cause` has more.
 *
 * @example
 * ```ts
 * const adapter = communicator.createObjectAdapter('gone');
 * const prx = adapter.add({}, 'nobody').ice_collocationOptimized(false);
 * adapter.destroy();
 * await prx.ice_pingAsync().catch((error: unknown) => {
 *   console.log(error instanceof ConnectFailedException); // → true
 * });
 * ```
 * C++: `Ice::ConnectFailedException`.
 */
export class ConnectFailedException extends LocalException {
  static {
    this.prototype.name = 'ConnectFailedException';
  }
}

/**
 * The servant's thread has died, or its adapter was closed, before the call was answered. It may have been
 * carried out.
 *
 * @example
 * ```ts
 * await employees.failAsync('exit').catch((error: unknown) => {
 *   console.log(error instanceof ConnectionLostException); // → true
 * });
 * ```
 * C++: `Ice::ConnectionLostException`.
 */
export class ConnectionLostException extends LocalException {
  static {
    this.prototype.name = 'ConnectionLostException';
  }
}

/**
 * What was to be sent cannot be: a function, or memory that is shared. The `cause` says what it is.
 *
 * @example
 * ```ts
 * const shared = new SharedArrayBuffer(8);
 * try {
 *   employees.getName(shared as never);
 * } catch (error) {
 *   console.log(error instanceof MarshalException); // → true
 * }
 * ```
 * C++: `Ice::MarshalException`.
 */
export class MarshalException extends LocalException {
  static {
    this.prototype.name = 'MarshalException';
  }
}

/**
 * What was asked of the servant's thread is not there.
 *
 * @example
 * ```ts
 * const nobody = employees.ice_identity('nobody');
 * try {
 *   nobody.ice_ping();
 * } catch (error) {
 *   if (error instanceof RequestFailedException) console.log(error.id, error.operation); // → nobody ice_ping
 * }
 * ```
 * C++: `Ice::RequestFailedException`.
 */
export class RequestFailedException extends LocalException {
  /** The identity that the proxy has. */
  readonly id: string;
  /** What was to be called. */
  readonly operation: string;

  static {
    this.prototype.name = 'RequestFailedException';
  }

  /** With what was called of whom. */
  constructor(message: string, id: string, operation: string) {
    super(message);
    this.id = id;
    this.operation = operation;
  }
}

/**
 * The adapter has no servant of that identity.
 *
 * @example
 * ```ts
 * try {
 *   employees.ice_identity('nobody').ice_ping();
 * } catch (error) {
 *   console.log(error instanceof ObjectNotExistException); // → true
 * }
 * ```
 * C++: `Ice::ObjectNotExistException`.
 */
export class ObjectNotExistException extends RequestFailedException {
  static {
    this.prototype.name = 'ObjectNotExistException';
  }
}

/**
 * The servant has no such operation.
 *
 * @example
 * ```ts
 * const OthersPrx = defineProxy<{ other(): void }>()('::Demo::Others', { other: 'void' });
 * try {
 *   OthersPrx.uncheckedCast(employees).other();
 * } catch (error) {
 *   console.log(error instanceof OperationNotExistException); // → true
 * }
 * ```
 * C++: `Ice::OperationNotExistException`.
 */
export class OperationNotExistException extends RequestFailedException {
  static {
    this.prototype.name = 'OperationNotExistException';
  }
}

/**
 * The servant threw what no class of errors is registered for, or what cannot travel.
 *
 * @example
 * ```ts
 * try {
 *   employees.fail('unknown');
 * } catch (error) {
 *   if (error instanceof UnknownException) console.log(error.unknown.split('\n')[0]); // → a string
 * }
 * ```
 * C++: `Ice::UnknownException`.
 */
export class UnknownException extends LocalException {
  /** What the servant's side knows of it, as text. */
  readonly unknown: string;

  static {
    this.prototype.name = 'UnknownException';
  }

  /** With that text. */
  constructor(unknown: string) {
    super(`the servant threw: ${unknown}`);
    this.unknown = unknown;
  }
}

/**
 * The adapter of the servant was deactivated, and takes no requests.
 *
 * @example
 * ```ts
 * const adapter = communicator.createObjectAdapter('closing');
 * const prx = adapter.add({}, 'nobody');
 * adapter.deactivate();
 * try {
 *   prx.ice_ping();
 * } catch (error) {
 *   console.log(error instanceof ObjectAdapterDeactivatedException); // → true
 * }
 * ```
 * C++: `Ice::ObjectAdapterDeactivatedException`.
 */
export class ObjectAdapterDeactivatedException extends LocalException {
  static {
    this.prototype.name = 'ObjectAdapterDeactivatedException';
  }
}

/** Why there is no connection, or why a message cannot be sent, in Ice's words. */
export function asLocalException(error: unknown): LocalException {
  if (error instanceof LocalException) return error;
  const message = error instanceof Error ? error.message : String(error);
  return new ConnectFailedException(message, { cause: error });
}
