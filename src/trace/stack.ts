/** Where in the code something happens: the frames of whoever called the library. */

const LIBRARY = new URL('..', import.meta.url).href;
const FRAMES = 4; // of the caller: the text has to fit where others read it
const DEPTH = 24; // frames, with the library's own

export class Stack {
  readonly #error: Error;
  #text: string | undefined;

  constructor() {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = DEPTH;
    this.#error = new Error();
    Error.stackTraceLimit = stackTraceLimit;
  }

  /** A line for each frame, each behind a line feed. Made when first asked for: it takes longer than the rest. */
  get text(): string {
    return (this.#text ??= this.#format());
  }

  #format(): string {
    const { stack } = this.#error;
    const frames = String(stack)
      .split('\n')
      .filter((line) => /:\d+:\d+\)?$/.test(line) && !line.includes('node:'));
    const callers = frames.filter((line) => !line.includes(LIBRARY));
    const shown = callers.length > 0 ? callers : frames; // a bundle has all in one file
    return shown
      .slice(0, FRAMES)
      .map((line) => `\n        ${line.trim()}`)
      .join('');
  }
}
