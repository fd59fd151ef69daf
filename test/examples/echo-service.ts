/** A service that needs no network, and handlers and threads for it: see examples/aws/service.ts. */
import { Channel, defineTask, type Future, moduleRef, thisThread } from 'crossthread';
import type { AsyncCallerContext } from '../../examples/aws/async-caller-context.ts';
import { AsyncClient } from '../../examples/aws/async-client.ts';
import { Outcome, type OutcomeData } from '../../examples/aws/outcome.ts';

export interface Client {
  readonly greeting: string;
}

export function createClient(client: Client): Client {
  return client;
}

export async function echo({ greeting }: Client, text: string): Promise<string> {
  return `${greeting}, ${text}`;
}

export async function refuse(_client: Client, status: number): Promise<never> {
  throw Object.assign(new Error('not that one'), {
    name: 'NoSuchEcho',
    $metadata: { httpStatusCode: status },
  });
}

/** What it returns cannot be sent. */
export async function open(): Promise<() => void> {
  return () => {};
}

export async function die(_client: Client, code: number): Promise<never> {
  return process.exit(code);
}

export class EchoClient extends AsyncClient<typeof import('./echo-service.ts')> {
  readonly echoAsync = this.asyncCall('echo');
  readonly echoCallable = this.callable('echo');
  readonly refuseCallable = this.callable('refuse');
  readonly openCallable = this.callable('open');
  readonly dieCallable = this.callable('die');

  constructor(greeting: string) {
    super(moduleRef('./echo-service.ts', import.meta.url), { greeting });
  }
}

/** What a handler is called with, and where. */
export interface Heard {
  readonly thread: number;
  readonly greeting: string;
  readonly request: string;
  readonly said: string;
  readonly uuid: string;
}
export const heard = Channel.global<Heard>('test/examples/heard', 16);

export const echoAsyncFinished = defineTask(
  import.meta.url,
  'echoAsyncFinished',
  (
    { greeting }: Client,
    request: string,
    outcome: Outcome<string>,
    context: AsyncCallerContext,
  ): void => {
    const said = outcome.isSuccess() ? outcome.getResult() : outcome.getError().getMessage();
    heard.send({ thread: thisThread.id, greeting, request, said, uuid: context.getUUID() });
  },
);

/** In a thread that has got the future of a call. */
export function got(future: Future<OutcomeData<string>>): string {
  return new Outcome(future.get()).getResult();
}
