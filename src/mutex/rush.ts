/**
 * Whether an agent frees a mutex so often that waking a thread takes longer than many turns of others.
 * Then a waiter that sleeps is woken before it is next, so that nobody stands still for it.
 */
const BLIND = 4096; // frees without a scan in a row, some 200 us
const MANY = 16; // frees while one waiter wakes up
const SCANS = 8; // without that, and the rush is over

export class Rush {
  #freed = 0;
  #credit = 0;
  /** The waiter, by ticket, that was to be next and was woken first. */
  #woken: number | undefined;

  /** Counts a free without a scan. `false`: it is time for one. */
  mayBeBlind(): boolean {
    return this.#freed++ < BLIND;
  }

  /** Counts a scan. */
  scans(): void {
    if (this.#freed >= MANY) this.#credit = SCANS;
    else if (this.#credit > 0) this.#credit--;
    this.#freed = 0;
  }

  /** Whether the sleeping waiter with that ticket is to be woken before it is next: once. */
  wakesFirst(ticket: number): boolean {
    if (this.#credit === 0 || this.#woken === ticket) return false;
    this.#woken = ticket;
    return true;
  }
}
