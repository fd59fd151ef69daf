/** What a reply says of the request that it answers. */
import { unpackThrown } from '../thread/error-transport.ts';
import {
  MarshalException,
  ObjectAdapterDeactivatedException,
  ObjectNotExistException,
  OperationNotExistException,
  UnknownException,
} from './exceptions.ts';
import { liveIn, type Reply, type Request, Status } from './message.ts';
import type { Outcome } from './outcome.ts';

export type Failure = Exclude<Reply, readonly [number, typeof Status.ok, unknown?]>;

/** What cannot be had here, such as a shared object of a class that this thread does not know, is a failure too. */
export function settle(outcome: Outcome, request: Request, reply: Reply): void {
  let value: unknown;
  try {
    if (reply[1] !== Status.ok) {
      outcome.fail(thrownIn(reply, request));
      return;
    }
    value = liveIn(reply[2]);
  } catch (error) {
    outcome.fail(new MarshalException(`${request[2]}: ${String(error)}`, { cause: error }));
    return;
  }
  outcome.succeed(value);
}

export function thrownIn(reply: Failure, [, identity, operation]: Request): unknown {
  if (reply[1] === Status.userException) return unpackThrown(reply[2]);
  const [, status, text] = reply;
  switch (status) {
    case Status.objectNotExist:
      return new ObjectNotExistException(text, identity, operation);
    case Status.operationNotExist:
      return new OperationNotExistException(text, identity, operation);
    case Status.adapterDeactivated:
      return new ObjectAdapterDeactivatedException(text);
    case Status.unknownException:
      return new UnknownException(text);
  }
}
