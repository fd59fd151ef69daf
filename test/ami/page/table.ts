/**
 * The table of what Ice's page on AMI says, from the names of the tests: those that begin with the numbers of
 * sentences, a letter for the part of the page and a number. Run as a program it writes docs/ice-conformance.md:
 *
 *   npx tsx test/ami/page/table.ts
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const PAGE = new URL('../../../docs/ice-conformance.md', import.meta.url);

const ROOT = new URL('../../../', import.meta.url);
const PARTS: Record<string, string> = {
  A: 'Introduction',
  B: 'Asynchronous proxy methods',
  C: 'Exceptions',
  D: '`AsyncResult`',
  E: 'Polling for completion',
  F: 'Generic callbacks',
  G: 'Cookies for generic callbacks',
  H: 'Type-safe callbacks',
  I: 'Cookies for type-safe callbacks',
  J: 'Oneway invocations',
  K: 'Flow control',
  L: 'Batch requests',
  M: 'Concurrency',
  N: 'Limitations',
};
const NAME = /\btest\(\s*'((?:[A-Z]\d+ )+)([^']*)'/g;
/** What is to be read as code: it has an underscore, or a capital inside. */
const CODE = /[\w.]*(?:_|[a-z][A-Z])\w*/g;

interface Sentence {
  readonly id: string;
  readonly behaviour: string;
  readonly file: string;
}

function sentencesIn(file: string): Sentence[] {
  const names = readFileSync(new URL(file, ROOT), 'utf8').matchAll(NAME);
  return [...names].flatMap(([, ids = '', name = '']) => {
    const behaviour = name.replaceAll(CODE, '`$&`');
    return ids
      .trim()
      .split(' ')
      .map((id) => ({ id, behaviour, file }));
  });
}

/** Those of a part, in their order. Throws if one is missing, or there twice. */
function partOf(sentences: readonly Sentence[], part: string): Sentence[] {
  const own = sentences.filter(({ id }) => id.startsWith(part));
  const numbered = own.map((_, i) => own.filter(({ id }) => id === `${part}${i + 1}`));
  const wrong = numbered.findIndex(({ length }) => length !== 1);
  if (wrong >= 0) throw new Error(`${numbered[wrong]!.length} tests are named ${part}${wrong + 1}`);
  return numbered.flat();
}

/** Its lines, as prettier wants them. */
function table([head = [], ...rows]: readonly string[][]): string[] {
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((row) => row[i]!.length)));
  const rule = widths.map((width) => '-'.repeat(width));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i]!)).join(' | ')} |`;
  return [head, rule, ...rows].map(line);
}

/** The whole text. */
export function conformance(): string {
  const files = readdirSync(new URL('test/ami', ROOT), { recursive: true, encoding: 'utf8' })
    .map((file) => `test/ami/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith('.test.ts'));
  const sentences = files.flatMap(sentencesIn);
  const unknown = sentences.find(({ id }) => !PARTS[id[0]!]);
  if (unknown) throw new Error(`the page has no part for ${unknown.id}`);
  const lines = [
    '# What Ice says of AMI, and who tests it',
    '',
    `\`crossthread/ami\` does what the page “Asynchronous Method Invocation (AMI) in C++” of Ice's manual says. Here
are its **${sentences.length} behaviours**, in its order and our words. Each has a test that begins with its number; this table is
written from their names, by \`npx tsx test/ami/page/table.ts\`. Where the page says a thing twice, one test has both
numbers. What it says of types is compiled, in \`test/types/ami.ts\`.`,
    '',
    '## What differs',
    '',
    `- The page calls callbacks “from a separate thread”. Here it is a turn of the event loop of its own, in the thread
  that has called \`begin_\`: never inside a call of anybody, so that a mutex which is held there is no danger. A thread
  that blocks holds up its callbacks.`,
    `- Out-parameters come with the return value, in one object.`,
    `- TypeScript does not declare what a method throws: an operation whose exceptions callers must hear of is
  \`'void raises'\` in the table of its proxy, and refused by oneway proxies.`,
    `- Callbacks and cookies are any objects: there are no base classes to derive from.`,
    `- \`newCallback_Employees_getName\` is \`EmployeesPrx.newCallback_getName\`, and its type
  \`Callback_Employees_getNamePtr\` is \`TypedCallback<'getName'>\`.`,
    `- The page lists the methods of \`AsyncResult\` without a word on what they do: they do what the rest of Ice's manual
  says.`,
    '',
  ];
  for (const [part, title] of Object.entries(PARTS)) {
    const rows = partOf(sentences, part).map(({ id, behaviour, file }) => [
      id,
      behaviour,
      `\`${file.replace('test/ami/', '')}\``,
    ]);
    lines.push(`## ${title}`, '', ...table([['', 'behaviour', 'test'], ...rows]), '');
  }
  lines.push('The tests are in `test/ami/`.');
  return `${lines.join('\n')}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, conformance());
