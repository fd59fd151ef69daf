import { inject } from 'vitest';
import { AS_THEY_ARE } from './as-they-are.ts';

const TESTS = new URL('..', import.meta.url).href;

/** What loads the fixture at `module`: from the same copy of the package, or errors are not of its classes. */
export function loaderOf(module: URL): URL {
  const isAsItIs = module.href.startsWith(TESTS);
  return isAsItIs ? new URL('support/thread.mjs', TESTS) : bundled('./thread.mjs', import.meta.url);
}

/** Where a fixture lies as bundle.ts has made it, if it has. */
export function bundled(fixture: string | URL, base?: string): URL {
  const { href } = new URL(fixture, base);
  if (!href.startsWith(TESTS)) throw new RangeError(`${href} is no fixture`);
  const path = href.slice(TESTS.length);
  return AS_THEY_ARE.test(path) ? new URL(href) : new URL(path, inject('fixtures'));
}
