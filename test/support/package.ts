/** The package as a project has it that installed it. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** Puts `name`, crossthread or a package of node_modules here, into `modules`, a folder of that name. */
export async function installPackage(modules: string, name: string): Promise<void> {
  const installed = name === 'crossthread' ? ROOT : join(ROOT, 'node_modules', name);
  await symlink(installed, join(modules, name), 'junction');
}
