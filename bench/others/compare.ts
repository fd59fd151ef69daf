/** A work done by us and by others in turn, and how many times our time they take. */
import { contest } from '../contest.ts';
import { type Host, type Sample, type Side, SideFailed } from '../crew.ts';
import { find } from '../hosts.ts';
import type { Size } from '../measure.ts';
import { valueOf } from '../rows.ts';
import { type Spread, spreadOf } from '../spread.ts';
import { oursBeside, type Peer, sideOf, type Work } from './works.ts';

export interface Comparison {
  readonly work: Work;
  readonly peer: Peer;
  /** Its time divided by ours, of each round. */
  readonly ratio?: Spread;
  /** Medians of the rounds. */
  readonly nanoseconds?: { readonly ours: number; readonly peer: number };
  /** How often two had the lock at once, in how many acquisitions. */
  readonly overlaps?: readonly [number, number];
  /** Why there is no ratio. */
  readonly failed?: string;
}

/** One for each of `peers`. */
export async function compare(
  work: Work,
  peers: readonly Peer[],
  size: Size,
): Promise<Comparison[]> {
  const sides = new Map<string, Side>();
  const failed = new Map<Peer, string>();
  for (const peer of peers) {
    const side = sideOf(work, peer);
    const missing = await missingFor(side.host);
    if (missing !== undefined) {
      failed.set(peer, missing);
      continue;
    }
    const ours = oursBeside(work, peer);
    sides.set(keyOf(ours), ours);
    sides.set(keyOf(side), side);
  }
  const found = await contest(sides, work, size[work.unit]);
  return peers.map((peer) => {
    const why = failed.get(peer);
    if (why !== undefined) return { work, peer, failed: why };
    const [ours, theirs] = [oursBeside, sideOf].map((of) => found.get(keyOf(of(work, peer))));
    if (ours instanceof SideFailed) throw ours;
    if (theirs instanceof SideFailed) return { work, peer, failed: theirs.reason };
    return { work, peer, ...figuresOf(work, ours!, theirs!) };
  });
}

const keyOf = (side: Side): string => JSON.stringify(side, Object.keys(side).toSorted());

async function missingFor(host: Host | undefined): Promise<string | undefined> {
  const found = host && (await find(host));
  return found && 'missing' in found ? `not measured: ${found.missing}` : undefined;
}

function figuresOf(
  { quantity }: Work,
  ours: readonly Sample[],
  theirs: readonly Sample[],
): Pick<Comparison, 'ratio' | 'nanoseconds' | 'overlaps'> {
  const valuesOf = (samples: readonly Sample[]): number[] =>
    samples.map((sample) => valueOf(quantity, sample));
  const [our, their] = [valuesOf(ours), valuesOf(theirs)];
  const sum = (what: 'overlaps' | 'operations'): number =>
    theirs.reduce((total, sample) => total + sample[what], 0);
  const overlaps = [sum('overlaps'), sum('operations')] as const;
  if (ours.some((sample) => sample.overlaps > 0)) throw new Error('crossthread let two in at once');
  return {
    ratio: spreadOf(their.map((value, round) => value / our[round]!)),
    nanoseconds: { ours: spreadOf(our).median, peer: spreadOf(their).median },
    ...(overlaps[0] > 0 && { overlaps }),
  };
}
