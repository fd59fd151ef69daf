/** What a reply says of the request that it answers. */
import { unpackThrown } from '../thread/error-transport.ts';
import {
  ObjectAdapterDeactivatedException,
  ObjectNotExistException,
  OperationNotExistException,
  UnknownException,
} from './exceptions.ts';
import { liveIn, type Reply, type Request, Status } from './message.ts';
import type { Outcome } from './outcome.ts';

export type Failure = Exclude<Reply, readonly [number, typeof Status.ok, unknown?]>;

export function settle(outcome: Outcome, request: Request, reply: Reply): void {
  if (reply[1] === Status.ok) outcome.succeed(liveIn(reply[2]));
  else outcome.fail(thrownIn(reply, request));
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
