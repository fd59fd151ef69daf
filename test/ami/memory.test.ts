/** What a slow servant lets wait must not take more and more memory of the client that counts it. */
import { expect, test } from 'vitest';
import { flowOf, MILLION } from '../../bench/flow.ts';
import { isNightly } from '../explored/depth.ts';

const MB = 2 ** 20;
const requests = isNightly ? MILLION.requests : 20_000;

test(`${requests} small requests with flow control stay within the bound, however slow the servant is`, async () => {
  const { heap, resident, queued } = await flowOf(MILLION, requests);
  expect(queued).toBe(MILLION.limit);
  expect(heap).toBeLessThan(MB);
  expect(resident).toBeLessThan(MILLION.bound!);
});
