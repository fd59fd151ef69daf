import { describe, expect, test } from 'vitest';
import { Chain } from '../../src/memory/chain.ts';
import { newWords } from '../../src/memory/words.ts';

const HEADS = 0;
const SIZE = 4;
const ENTRY_WORDS = 2;
const FIRST = 16; // place of the first entry
const NEXT = 1;

const entry = (nth: number): number => FIRST + nth * ENTRY_WORDS;
const newChain = () => {
  const words = newWords(4 * (FIRST + 64 * ENTRY_WORDS));
  return { words, chain: new Chain(words, HEADS, SIZE, NEXT) };
};

function all(chain: Chain, hash: number): number[] {
  const found = [];
  for (let at = chain.head(hash); at !== 0; at = chain.after(at)) found.push(at);
  return found;
}

describe('Chain', () => {
  test('is empty in fresh memory', () => {
    const { chain } = newChain();
    for (const hash of [0, 1, -1, 2 ** 31, 12_345]) expect(all(chain, hash)).toEqual([]);
  });

  test('the newest first, and all that was ever linked', () => {
    const { chain } = newChain();
    for (const nth of [0, 1, 2]) expect(chain.link(7, entry(nth), chain.head(7))).toBe(true);
    expect(all(chain, 7)).toEqual([entry(2), entry(1), entry(0)]);
  });

  test('whoever links after another has to look again: nothing falls out', () => {
    const { chain } = newChain();
    const seen = chain.head(7);
    expect(chain.link(7, entry(0), seen)).toBe(true);
    expect(chain.link(7, entry(1), seen)).toBe(false);
    expect(all(chain, 7)).toEqual([entry(0)]);
    expect(chain.link(7, entry(1), chain.head(7))).toBe(true);
    expect(all(chain, 7)).toEqual([entry(1), entry(0)]);
  });

  test('all hashes find a bucket, also negative ones', () => {
    const { words, chain } = newChain();
    for (let nth = 0; nth < 40; nth++) {
      const hash = nth - 20;
      expect(chain.link(hash, entry(nth), chain.head(hash))).toBe(true);
      expect(all(chain, hash)).toContain(entry(nth));
    }
    const heads = [...words.subarray(HEADS, HEADS + SIZE)];
    expect(heads.every((head) => head !== 0)).toBe(true);
    expect([...words.subarray(SIZE, FIRST)].every((word) => word === 0)).toBe(true);
  });
});
