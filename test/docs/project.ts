/** A project that has installed the package and peers of it, to try in what pages say. */
import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPackage } from '../support/package.ts';

const ROOT = new URL('../../', import.meta.url);

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
  await mkdir(join(project, 'node_modules'));
  await installPackage(join(project, 'node_modules'));
  for (const peer of ['async-mutex', 'fast-check']) {
    const installed = fileURLToPath(new URL(`node_modules/${peer}`, ROOT));
    await symlink(installed, join(project, 'node_modules', peer), 'junction');
  }
  await writeFile(join(project, 'package.json'), JSON.stringify({ type: 'module' }));
  const tsconfig = { compilerOptions: { ...compilerOptions, ...options }, include };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  return project;
}
