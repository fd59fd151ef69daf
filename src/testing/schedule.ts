/**
 * Schedules as text. `a3ba!b` reads: thread a three steps, b one, a one, b is killed. Marks stand
 * before the letter, the number of an event or an answer after it: `@a2` runs event 2 of a.
 */
import {
  ABORT,
  CHOOSE,
  detailOf,
  EVENT,
  FIRE,
  KILL,
  kindOf,
  MAX_THREADS,
  type Move,
  moveOf,
  SPIN,
  STEP,
  threadOf,
  TIME_OUT,
  WAKE,
} from './moves.ts';

const MARKS: Readonly<Record<number, string>> = {
  [STEP]: '',
  [TIME_OUT]: '~',
  [EVENT]: '@',
  [FIRE]: '*',
  [ABORT]: '^',
  [KILL]: '!',
  [CHOOSE]: '?',
  [SPIN]: '%',
  [WAKE]: '+',
};
const KINDS = new Map(Object.entries(MARKS).map(([kind, mark]) => [mark, Number(kind)]));
const TOKEN = /([~@*^!?%+]?)([a-z])(\d*)/y;
const LETTER_A = 97;

export function letterOf(thread: number): string {
  return String.fromCharCode(LETTER_A + thread);
}

export function formatSchedule(moves: readonly Move[]): string {
  let text = '';
  for (let i = 0; i < moves.length;) {
    const move = moves[i]!;
    const start = i++;
    if (isRun(kindOf(move))) while (moves[i] === move) i++;
    const number = isRun(kindOf(move)) ? i - start : detailOf(move);
    const shown = hasDetail(kindOf(move)) || number > 1 ? String(number) : '';
    text += MARKS[kindOf(move)] + letterOf(threadOf(move)) + shown;
  }
  return text;
}

/** @throws RangeError if `text` is no schedule. */
export function parseSchedule(text: string): Move[] {
  const moves: Move[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const token = TOKEN.exec(text);
    if (!token) throw new RangeError(`not a schedule: '${text}', at ${at}`);
    const [, mark = '', letter = '', digits = ''] = token;
    const kind = KINDS.get(mark)!;
    const thread = letter.charCodeAt(0) - LETTER_A;
    if (thread >= MAX_THREADS) throw new RangeError(`not a thread: '${letter}'`);
    if (!isRun(kind)) moves.push(moveOf(kind, thread, Number(digits)));
    else for (let n = Number(digits || 1); n > 0; n--) moves.push(moveOf(kind, thread));
  }
  return moves;
}

function isRun(kind: number): boolean {
  return kind === STEP || kind === SPIN;
}

function hasDetail(kind: number): boolean {
  return !isRun(kind) && kind !== TIME_OUT && kind !== KILL;
}
