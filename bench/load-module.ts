/** Where a worker finds a load. A TypeScript one is built first: no worker of Node 20 can load it. */
import { readFileSync } from 'node:fs';
import ts from 'typescript';

const built = new Map<string, string>();

export function loadModule(name: string): string {
  const url = new URL(`./worker/load/${name}`, import.meta.url);
  if (!name.endsWith('.ts')) return url.href;
  let module = built.get(name);
  if (module === undefined) {
    const compilerOptions = { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext };
    const { outputText } = ts.transpileModule(readFileSync(url, 'utf8'), { compilerOptions });
    module = `data:text/javascript,${encodeURIComponent(outputText)}`;
    built.set(name, module);
  }
  return module;
}
