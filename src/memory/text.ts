/** Text in words: a character each, so that nothing has to be decoded. */
import type { Words } from './words.ts';

export function writeText(words: Words, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) Atomics.store(words, at + i, text.charCodeAt(i));
}

export function readText(words: Words, at: number, length: number): string {
  let text = '';
  for (let i = 0; i < length; i++) text += String.fromCharCode(Atomics.load(words, at + i));
  return text;
}

/** FNV-1a. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash;
}
