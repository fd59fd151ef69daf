import { initialize } from 'crossthread/ami';
import { expect, test } from 'vitest';
import { hold, startEmployees } from './proxies.ts';
test('smoke', async () => {
  using communicator = initialize();
  const e = startEmployees(communicator);
  expect(e.getName(1)).toBe('Bob');
  expect(await e.getNumberAsync('Bob')).toBe(1);
  const release = hold(e);
  const r = e.begin_getName(0);
  expect(r.isCompleted()).toBe(false);
  release();
  expect(e.end_getName(r)).toBe('Ann');
});
