/**
 * The code blocks of a page, or of the comments of a source file, as programs. What a block prints stands
 * in it, behind `// →`.
 *
 *   ```js name.mjs   a program, run as it is
 *   ```ts            a snippet: the names below are there, and all that `crossthread` exports; in the
 *                    comments of `src/testing/` also what `crossthread/testing` does, and what is for fast-check,
 *                    in those of `src/interop/` what is for async-mutex;
 *                    in those of `src/ami/` and in docs/ice-porting.md what `crossthread/ami` does, and a servant
 *   others           not run
 */
import { readFileSync } from 'node:fs';
import * as crossthread from 'crossthread';
import { surfaceOf } from './surface.ts';

export interface Block {
  readonly page: string;
  readonly line: number;
  /** The file a program is named after; snippets have none. */
  readonly file: string | undefined;
  readonly code: string;
  readonly prints: string;
}

const NAMES =
  'const mutex = new Mutex(), condition = new ConditionVariable(), ' +
  'semaphore = new Semaphore(1), latch = new Latch(1);';

const PROGRAMS =
  "const programs: ThreadPrograms = { objects: { a: { kind: 'mutex' } }, threads: " +
  "[[{ call: 'lock', on: 'a' }, { call: 'unlock', on: 'a' }], " +
  "[{ call: 'tryLock', on: 'a' }, { call: 'unlock', on: 'a' }]] };";

/** An import of all that an entry exports, with its types. */
export function importOf(entry: string, dist: string): string {
  const names = surfaceOf(new URL(`../../dist/${dist}/`, import.meta.url))
    .map(({ name, kind }) => (kind === 'type' ? `type ${name}` : name))
    .join(', ');
  return `import { ${names} } from '${entry}'; `;
}

const TESTING =
  importOf('crossthread/testing', 'testing') +
  importOf('crossthread/testing/fast-check', 'testing/programs') +
  "import fc from 'fast-check'; ";

const INTEROP =
  importOf('crossthread/async-mutex', 'interop/async-mutex') +
  "import { withTimeout } from 'async-mutex'; ";

const SERVANT =
  'export class EmployeesI { static ids = ["::Demo::Employees"]; getName() { return "Ann"; } ' +
  'getNumber() { return 99; } retire() {} ' +
  'fail(how) { if (how === "exit") process.exit(); throw "a string"; } }';

const AMI =
  importOf('crossthread/ami', 'ami') +
  'interface Employees { getName(number: number): string; getNumber(name: string): number; ' +
  "retire(number: number): void; fail(how: 'exit' | 'unknown'): string } " +
  "const EmployeesPrx = defineProxy<Employees>()('::Demo::Employees', " +
  "{ getName: 'returns', getNumber: 'returns', retire: 'void', fail: 'returns' }); " +
  'type EmployeesPrx = Proxy<Employees>; const communicator = initialize(); ' +
  'const employees = EmployeesPrx.uncheckedCast(communicator.startServant(' +
  `moduleRef<{ EmployeesI: new () => object }>('data:text/javascript,${SERVANT}'), 'EmployeesI')); `;

const FENCE = /^```(?<language>[a-z]+)(?: (?<file>\S+))?\n(?<code>.*?)^```$/gms;
const PRINTED = /\/\/ → (.*)$/gm;
const COMMENT = /^ *\/\*\*.*?\*\//gms;
const STARS = /^ *(?:\/\*\*| \*\/| \* ?)/gm;

/** Fenced code, whatever its language. */
export interface Fenced {
  readonly language: string;
  /** What stands behind the language: the file that the code is of. */
  readonly file: string | undefined;
  /** That of the first line of the code. */
  readonly line: number;
  readonly code: string;
}

export function blocksOf(page: string, root: URL): readonly Block[] {
  return fencedIn(page, root)
    .filter(({ language }) => language === 'js' || language === 'ts')
    .map(({ file, line, code }) => {
      const prints = [...code.matchAll(PRINTED)].map(([, printed]) => `${printed}\n`).join('');
      return { page, line, file, code, prints };
    });
}

export function fencedIn(page: string, root: URL): readonly Fenced[] {
  const file = readFileSync(new URL(page, root), 'utf8');
  const text = page.endsWith('.md') ? file : commentsOf(file);
  return [...text.matchAll(FENCE)].map(({ index, groups }) => {
    const { language, file, code } = groups as { language: string; file?: string; code: string };
    return { language, file, line: text.slice(0, index).split('\n').length + 1, code };
  });
}

/** What the comments of a source file say, each line where it is. */
function commentsOf(source: string): string {
  const lines = source.split('\n').map(() => '');
  for (const { 0: comment, index } of source.matchAll(COMMENT)) {
    const at = source.slice(0, index).split('\n').length - 1;
    const text = comment.replaceAll(STARS, '').split('\n');
    lines.splice(at, text.length, ...text);
  }
  return lines.join('\n');
}

/** The source file of a snippet. Its lines have the numbers that they have on the page. */
export function moduleOf({ page, code, line }: Block): string {
  const names = Object.keys(crossthread).join(', ');
  const made = page.startsWith('src/testing/programs/') ? NAMES + PROGRAMS : NAMES;
  const [more, end] = moreFor(page);
  const head = `import { ${names} } from 'crossthread'; ${more}${made} {`;
  return `${head}${'\n'.repeat(line - 1)}${code}}${end}\n`;
}

/** What stands before and behind the snippets of a source file, beside what all have. */
function moreFor(page: string): readonly [string, string] {
  if (page.startsWith('src/testing/')) return [TESTING, ''];
  if (page.startsWith('src/interop/')) return [INTEROP, ''];
  return page.startsWith('src/ami/') || page === 'docs/ice-porting.md'
    ? [AMI, ' communicator.destroy();']
    : ['', ''];
}
