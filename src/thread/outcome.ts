/**
 * How a thread's function ended, on its way to who joins the thread. Messages go by a port of their own,
 * which its receiver reads when it likes, blocked or not: what was posted before the end is there after it.
 */
import { sendAll } from '../share/face.ts';
import { workerThreads } from '../agent/runtime.ts';
import { type Packed, packThrown, unpackThrown } from './error-transport.ts';
import { pack, unpack } from './transport.ts';

type Port = import('node:worker_threads').MessagePort;

export type Outcome = { readonly value: unknown } | { readonly thrown: unknown };

/** What is known of a thread that is over: no outcome means that it died before its function was done. */
export interface Ending {
  readonly outcome?: Outcome;
  readonly uncaught?: unknown;
}

type Message =
  | { readonly value: unknown }
  | { readonly thrown: Packed }
  /** What ended the thread, perhaps before its function was done. */
  | { readonly uncaught: Packed };

/** How the function of that name ended. A result that cannot travel is an error instead. */
export function postOutcome(port: Port, outcome: Outcome, name: string): void {
  if ('thrown' in outcome) return postThrown(port, outcome.thrown);
  try {
    const { value } = outcome;
    sendAll(() => {
      const { data, transfer } = pack(value);
      port.postMessage({ value: data } satisfies Message, transfer);
    });
  } catch (error) {
    const message = `the result of '${name}': ${(error as Error).message}`;
    postThrown(port, new TypeError(message, { cause: error }));
  }
}

function postThrown(port: Port, error: unknown): void {
  port.postMessage({ thrown: packThrown(error) } satisfies Message);
}

export function postUncaught(port: Port, error: unknown): void {
  port.postMessage({ uncaught: packThrown(error) } satisfies Message);
}

/** Reads what has come by `port`. */
export function readOutcome(port: Port): Ending {
  let ending: Ending = {};
  for (;;) {
    const received = workerThreads?.receiveMessageOnPort(port);
    if (!received) return ending;
    ending = { ...ending, ...unpackMessage(received.message as Message) };
  }
}

function unpackMessage(message: Message): Ending {
  if ('value' in message) return { outcome: { value: unpack(message.value) } };
  if ('thrown' in message) return { outcome: { thrown: unpackThrown(message.thrown) } };
  return { uncaught: unpackThrown(message.uncaught) };
}
