/** Where in the code something happens: the frames of whoever called the library. */

// Of the first frame, which is here: where the package is installed; the folder of the library; or the file that
// it was bundled into.
const INSTALLED = /\((.*[\\/](?:node_modules[\\/]crossthread|dist[\\/]bundle)[\\/])/;
const HERE = /\((.*?)(?:trace[\\/]stack\.[jt]s)?:\d+:\d+\)$/;
const FRAMES = 4; // of the caller: the text has to fit where others read it
const BUNDLED = 10; // in one file with the library's own, which come first
const DEPTH = 24; // with the library's own

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
    const frames = String(this.#error.stack)
      .split('\n')
      .filter((line) => /:\d+:\d+\)?$/.test(line) && !line.includes('node:'));
    const here = frames[0] ?? '';
    const library = (INSTALLED.exec(here) ?? HERE.exec(here))?.[1];
    const callers = frames.filter((line) => library !== undefined && !line.includes(library));
    const shown = callers.length > 0 ? callers.slice(0, FRAMES) : frames.slice(0, BUNDLED);
    return shown.map((line) => `\n        ${line.trim()}`).join('');
  }
}
