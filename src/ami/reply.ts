/** What a reply says of the invocation that it answers. */
import { attach } from '../attach.ts';
import { unpackThrown } from '../thread/error-transport.ts';
import {
  ObjectAdapterDeactivatedException,
  ObjectNotExistException,
  OperationNotExistException,
  UnknownException,
} from './exceptions.ts';
import type { Invocation } from './invocation.ts';
import { type Reply, type Request, Status } from './message.ts';

export function settle(invocation: Invocation, reply: Reply): void {
  if (reply[1] === Status.ok) invocation.succeed(liveIn(reply[2]));
  else invocation.fail(thrownIn(reply, invocation));
}

/** Shared objects in it are live. Most values are none and have none. */
function liveIn(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? attach(value) : value;
}

function thrownIn(
  reply: Exclude<Reply, readonly [number, 0, unknown?]>,
  { message }: Invocation,
): unknown {
  if (reply[1] === Status.userException) return unpackThrown(reply[2]);
  const [, status, text] = reply;
  const [, identity, operation] = message as Request;
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
