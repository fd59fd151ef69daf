/**
 * Asynchronous method invocation, by Ice's names: servants in threads of their own, and proxies of them in any.
 *
 * @module crossthread/ami
 */
export { AsyncResult } from './async-result.ts';
export { Callback, newCallback, type ResultMethod, TypedCallback } from './callback.ts';
export { Communicator, type InitializationData, initialize } from './communicator.ts';
export { Connection } from './connection.ts';
export { Context } from './context.ts';
export { defineProxy } from './define-proxy.ts';
export type { Current } from './dispatch.ts';
export {
  CollocationOptimizationException,
  CommunicatorDestroyedException,
  ConnectFailedException,
  ConnectionLostException,
  Exception,
  IllegalArgumentException,
  LocalException,
  MarshalException,
  ObjectAdapterDeactivatedException,
  ObjectNotExistException,
  OperationNotExistException,
  RequestFailedException,
  TwowayOnlyException,
  UnknownException,
  UserException,
} from './exceptions.ts';
export { ObjectAdapter } from './object-adapter.ts';
export { ObjectPrx } from './object-prx.ts';
export type { OperationKind } from './operations.ts';
export { Properties } from './properties.ts';
export type {
  Begin,
  Callbacks,
  Casts,
  FailureMethod,
  In,
  NewCallback,
  NewVoidCallback,
  ObjectOperations,
  OperationName,
  Operations,
  OperationTable,
  Out,
  Proxy,
  ProxyClass,
  SentMethod,
} from './proxy.ts';
export type { ClassName, ConstructorArguments, Servant } from './servant.ts';
export type { AdapterOptions } from './transport/memory.ts';
