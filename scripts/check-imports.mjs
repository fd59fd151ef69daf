/**
 * Checks what the architecture promises about `src/` and no compiler sees:
 *
 *   1. Imports point down the layers. Within a folder they are free, and `import type` always is,
 *      but index.ts is for users alone: only what is built on it may import it at all.
 *   2. Only wait/ sleeps and wakes: nothing else calls `Atomics.wait`, `waitAsync` or `notify`.
 *   3. Every atomic operation is written as a call on the global `Atomics`. The explorer replaces that
 *      global while a simulated thread runs, and an operation kept from before would escape it.
 *   4. The core imports no package and no `node:` module, so that it loads in a browser as it is.
 */
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import ts from 'typescript';

/** Top to bottom. What shares a line does not know of each other. */
const LAYERS = [
  ['index.ts'],
  ['ami', 'interop', 'testing'],
  ['trace'],
  ['inspect.ts'],
  ['future'],
  ['thread'],
  ['attach.ts'], // over all kinds of objects
  ['channel', 'stop'],
  ['condition-variable', 'semaphore', 'latch', 'barrier', 'once', 'atomic'],
  ['mutex'],
  ['lock'],
  ['share'],
  ['wait'],
  ['agent'],
  ['memory'],
  ['errors.ts'],
];
const INDEX = 'index.ts';
/** What workers run: nobody imports these, and they load all. */
const PROGRAMS = ['thread/entry.ts', 'future/pool-worker.ts'];
const ON_THE_SURFACE = LAYERS[1] ?? []; // built on index.ts; the core is all below
const SLEEPING = ['wait', 'waitAsync', 'notify'];
const SLEEPS = ['wait', 'testing'];
const HOLDS_THE_REAL_ATOMICS = ['testing'];

/** What rule 2 lets pass. @type {Record<string, string[]>} */
const EXCEPTIONS = {
  'agent/node-host.ts': ['wait'], // asks once whether this thread may block, on a word of its own
};

/** @typedef {{ file: string, line: number, message: string }} Violation */

/**
 * @param {string} src the folder whose layers these are
 * @returns {Violation[]}
 */
export function check(src) {
  return fs
    .readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => file.split(path.sep).join('/'))
    .toSorted()
    .flatMap((file) => checkFile(file, fs.readFileSync(path.join(src, file), 'utf8')));
}

function checkFile(/** @type {string} */ file, /** @type {string} */ text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Violation[]} */
  const violations = [];
  const report = (/** @type {ts.Node} */ node, /** @type {string} */ message) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    violations.push({ file, line: line + 1, message });
  };
  if (layerOf(file) < 0)
    report(source, `${partOf(file)} is in no layer: give it one in this check`);
  visit(source);
  return violations;

  function visit(/** @type {ts.Node} */ node) {
    const wrong = wrongImport(file, node) ?? wrongAtomics(file, node);
    if (wrong) report(node, wrong);
    ts.forEachChild(node, visit);
  }
}

function wrongImport(/** @type {string} */ file, /** @type {ts.Node} */ node) {
  const found = importIn(node);
  if (!found) return;
  const { specifier, typeOnly, dynamic } = found;
  const isCore = !ON_THE_SURFACE.includes(partOf(file)) && !PROGRAMS.includes(file);
  if (!specifier.startsWith('.')) {
    if (isCore && !typeOnly && !dynamic) return `the core imports '${specifier}'`;
    return;
  }
  const target = path.posix.join(path.posix.dirname(file), specifier);
  if (target === INDEX)
    return isCore ? 'index.ts is for users: import what it re-exports' : undefined;
  if (typeOnly || PROGRAMS.includes(file)) return;
  if (partOf(file) === partOf(target) || layerOf(file) < layerOf(target)) return;
  return `${partOf(file)} imports ${partOf(target)}, which is not below it`;
}

/** `import`, `export … from`, `import()` and `import('…').Type`: all that names another module. */
function importIn(/** @type {ts.Node} */ node) {
  const from = (/** @type {ts.Node} */ name, typeOnly = false, dynamic = false) =>
    ts.isStringLiteralLike(name) ? { specifier: name.text, typeOnly, dynamic } : undefined;

  if (ts.isImportDeclaration(node)) {
    // `import { type A }` is no type import: under verbatimModuleSyntax the module is still loaded.
    return from(
      node.moduleSpecifier,
      node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
    );
  }
  if (ts.isExportDeclaration(node) && node.moduleSpecifier) {
    return from(node.moduleSpecifier, node.isTypeOnly);
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return from(node.argument.literal, true);
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    const [name] = node.arguments;
    return name && from(name, false, true);
  }
  return;
}

function wrongAtomics(/** @type {string} */ file, /** @type {ts.Node} */ node) {
  if (!isAtomics(node)) return;
  const member = node.parent;
  const part = partOf(file);
  if (isProbe(node) || ts.isTypeQueryNode(member)) return;
  if (ts.isPropertyAccessExpression(member) && member.expression === node) {
    if (isProbe(member)) return;
    const name = member.name.text;
    if (SLEEPING.includes(name) && !SLEEPS.includes(part) && !EXCEPTIONS[file]?.includes(name)) {
      return `Atomics.${name} belongs to wait/`;
    }
    if (ts.isCallExpression(member.parent) && member.parent.expression === member) return;
  }
  if (HOLDS_THE_REAL_ATOMICS.includes(part)) return;
  return 'only a call on the global, `Atomics.load(…)`, is seen by the explorer; to probe, use typeof';
}

/** The identifier itself, or `globalThis.Atomics` as a whole. */
function isAtomics(/** @type {ts.Node} */ node) {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === 'Atomics' && node.expression.getText() === 'globalThis';
  }
  if (!ts.isIdentifier(node) || node.text !== 'Atomics') return false;
  return !ts.isPropertyAccessExpression(node.parent) || node.parent.expression === node;
}

const isProbe = (/** @type {ts.Node} */ node) => ts.isTypeOfExpression(node.parent);

/** The folder or root file that has a place among the layers. */
const partOf = (/** @type {string} */ file) => file.split('/', 1)[0] ?? file;
const layerOf = (/** @type {string} */ file) =>
  LAYERS.findIndex((layer) => layer.includes(partOf(file)));

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const violations = check('src');
  for (const { file, line, message } of violations)
    console.error(`src/${file}:${line}: ${message}`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
