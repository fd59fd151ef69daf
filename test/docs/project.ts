/** A project that has installed the package and peers of it, to try in what pages say. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installPackage } from '../support/package.ts';

// As strict as a user's can be: our declarations are checked too, and need no types of Node's.
const compilerOptions = {
  target: 'es2022',
  lib: ['es2024', 'esnext.disposable', 'dom'],
  module: 'nodenext',
  strict: true,
  types: [],
};

/** Returns its folder, which the caller removes. */
export async function makeProject(
  name: string,
  options: Readonly<Record<string, boolean>>,
  include?: readonly string[],
): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), `crossthread-${name}-`));
  const modules = join(project, 'node_modules');
  await mkdir(modules);
  for (const name of ['async-mutex', 'crossthread', 'fast-check']) {
    await installPackage(modules, name);
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  const tsconfig = { compilerOptions: { ...compilerOptions, ...options }, include };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  return project;
}
