/** A process that has nothing to do but to wait for an answer. */
import { moduleRef } from 'crossthread';
import { defineProxy, initialize } from 'crossthread/ami';

const TABLE = /** @type {any} */ ({ getName: 'returns' });
const define = /** @type {typeof defineProxy<import('./proxies.ts').Employees>} */ (
  /** @type {unknown} */ (defineProxy)
);
const EmployeesPrx = define()('::Test::Employees', TABLE);
const module = /** @type {import('crossthread').ModuleRef<typeof import('./employees.mjs')>} */ (
  moduleRef('./employees.mjs', import.meta.url)
);
const prx = initialize().startServant(module, 'EmployeesI', 'Ann');
const e = EmployeesPrx.uncheckedCast(prx);
const to = {
  name: (/** @type {string} */ name) => console.log('callback', name),
};
e.begin_getName(0, EmployeesPrx.newCallback_getName(to, to.name, null));
