/** The same load on several sides in turn. One that hangs or loses something is left out, and named. */
import { type Sample, SideFailed, type Side } from './crew.ts';
import { type Course, measureInTurn, type Plan } from './measure.ts';

/** The samples of each, of the same rounds; or why there are none. */
export async function contest<K>(
  sides: ReadonlyMap<K, Side>,
  course: Pick<Course, 'threads' | 'unit' | 'settles'>,
  plan: Plan,
): Promise<ReadonlyMap<K, readonly Sample[] | SideFailed>> {
  const found = new Map<K, readonly Sample[] | SideFailed>();
  const left = new Map(sides);
  while (left.size > 0) {
    try {
      const rounds = await measureInTurn([...left.values()], plan, course);
      [...left.keys()].forEach((one, i) =>
        found.set(
          one,
          rounds.map((round) => round[i]!),
        ),
      );
      break;
    } catch (error) {
      if (!(error instanceof SideFailed)) throw error;
      const [failed] = [...left].find(([, side]) => side === error.side)!;
      found.set(failed, error);
      left.delete(failed);
    }
  }
  return found;
}
