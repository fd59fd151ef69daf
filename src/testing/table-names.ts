/** Names for the words of the agent table in a trace: whose they are, and what stands there. */
import {
  HIGH,
  PARK,
  POOL,
  RECORD,
  RECORD_WORDS,
  RESTING,
  SLOT_WORDS,
  SLOTS,
} from '../agent/table.ts';
import { letterOf } from './schedule.ts';

/** As `wait/record.ts` lays them out. */
const FIELDS = ['state', 'object', 'ticket', 'since', 'count', 'owner', 'next', 'slot'];

export function nameTableWord(index: number): string {
  if (index >= POOL) {
    const at = index - POOL;
    return `pool[${Math.floor(at / RECORD_WORDS)}].${FIELDS[at % RECORD_WORDS]}`;
  }
  if (index >= SLOTS && index < POOL) {
    const slot = Math.floor((index - SLOTS) / SLOT_WORDS);
    return `${ownerOf(slot)}'s ${wordOfSlot((index - SLOTS) % SLOT_WORDS)}`;
  }
  return index === HIGH ? 'table.high' : `table[${index}]`;
}

/** The setup agent joined first, then the threads in their order. */
function ownerOf(slot: number): string {
  return slot === 0 ? 'setup' : `thread ${letterOf(slot - 1)}`;
}

function wordOfSlot(word: number): string {
  if (word === PARK) return 'park';
  if (word === RESTING) return 'resting';
  if (word >= RECORD && word < RECORD + RECORD_WORDS) return `record.${FIELDS[word - RECORD]}`;
  return `slot[${word}]`;
}
