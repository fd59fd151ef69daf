/** A message to the servants of an adapter. */
import type { Connection } from './connection.ts';
import { asLocalException } from './exceptions.ts';
import type { Outbound } from './message.ts';
import { Outcome } from './outcome.ts';

/** Where a message goes. */
export interface Target {
  /** @throws LocalException where there is nobody. */
  connect(): Connection;
}

export class Invocation extends Outcome {
  readonly message: Outbound;
  readonly #target: Target;
  #connection: Connection | undefined;

  constructor(target: Target, message: Outbound, isOneway: boolean) {
    super(isOneway);
    this.#target = target;
    this.message = message;
  }

  override get connection(): Connection | undefined {
    return this.#connection;
  }

  start(): void {
    try {
      this.#connection = this.#target.connect();
    } catch (error) {
      this.fail(asLocalException(error));
      return;
    }
    this.#connection.send(this);
  }

  override look(): void {
    if (!this.isDone) this.#connection?.look();
  }

  protected wait(isOver: () => boolean): void {
    this.#connection?.wait(isOver);
  }
}
