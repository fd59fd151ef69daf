import { inject } from 'vitest';

const TESTS = new URL('..', import.meta.url).href;

/** Where a fixture lies as bundle.ts has made it. */
export function bundled(fixture: string | URL, base?: string): URL {
  const { href } = new URL(fixture, base);
  if (!href.startsWith(TESTS)) throw new RangeError(`${href} is no fixture`);
  return new URL(href.slice(TESTS.length), inject('fixtures'));
}
