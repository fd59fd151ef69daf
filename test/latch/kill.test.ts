import { Latch } from 'crossthread';
import { describe, expect, test } from 'vitest';
import { waitersAre, waitersFor } from '../support/waiters.ts';
import { startWorkers } from '../support/worker.ts';

const startMany = (n: number) =>
  startWorkers<typeof import('./arriver.mjs')>(n, './arriver.mjs', import.meta.url);

describe.each(['waitForever', 'waitForeverAsync'] as const)('Latch: killed in %s', (form) => {
  test('the others are let through', async () => {
    const latch = new Latch(1);
    const [victim, other] = await startMany(2);
    const lost = expect(victim!.call[form](latch)).rejects.toThrow('ended');
    const passed = [other!.call.wait('wait', latch), latch.waitAsync()];
    await waitersAre(3, latch);
    await victim!.terminate();
    await lost;
    expect(waitersFor(latch)).toBe(2);
    latch.countDown();
    await Promise.all(passed);
  });

  test('an arrival of the dead stays counted', async () => {
    const latch = new Latch(2);
    const [victim, other] = await startMany(2);
    await victim!.call.countDown(latch);
    await victim!.terminate();
    const passed = other!.call.arriveAndWait(latch);
    expect(await passed).toBe(true);
  });
});
