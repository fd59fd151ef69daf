/** Who sees to it that a state is opened that is waited for in this thread: it may open it at once. */
export interface Expediter {
  /** Before the thread blocks until it is open. */
  beforeBlocking(isEndless: boolean): void;
  /** Before it awaits that. What it returns is called when the wait has ended. */
  beforeAwaiting(): () => void;
  /** The thread has asked in vain whether it is open, perhaps again and again. */
  whenAsked(): void;
}
