/** "Beside others" of RESULTS.md, and the table of it that README.md shows. */
import { readFileSync } from 'node:fs';
import { number, times } from '../cells.ts';
import { find } from '../hosts.ts';
import { markdown } from '../markdown.ts';
import type { Comparison } from './compare.ts';
import { type Peer, PEERS, type Work, WORKS } from './works.ts';

const NAMES = Object.keys(PEERS) as readonly Peer[];
const NONE = '–';
const [BEGIN, END] = ['<!-- from bench/RESULTS.md -->', '<!-- end -->'];

export const OTHERS_HEAD: readonly string[] = ['beside others', 'takes', 'min to max', 'ns'];

/** As printed while it is measured. */
export function othersCellsOf(comparison: Comparison): string[] {
  const { work, peer, ratio, nanoseconds, failed } = comparison;
  const name = `others / ${work.name} / ${peer}`;
  if (!ratio || !nanoseconds) return [name, failed ?? '', '', ''];
  return [
    name,
    `${times(ratio.median)} our time${doubt(comparison)}`,
    `${times(ratio.min)} to ${times(ratio.max)}`,
    `${number(nanoseconds.peer)} : ${number(nanoseconds.ours)}`,
  ];
}

const isMissing = (failed: string): boolean => failed.startsWith('not measured');

const doubt = ({ overlaps }: Comparison): string => (overlaps ? ', overlaps' : '');

/** A line for each work, a column for each peer. */
export function summary(works: readonly Work[], found: readonly Comparison[]): string {
  const rows = works.map((work) => {
    const of = (peer: Peer): Comparison | undefined =>
      found.find((one) => one.work === work && one.peer === peer);
    const ours = NAMES.map((peer) => of(peer)?.nanoseconds?.ours).find((one) => one !== undefined);
    return [work.name, ours ? `${number(ours)} ns` : NONE, ...NAMES.map((peer) => brief(of(peer)))];
  });
  return markdown(['', 'crossthread', ...NAMES], rows);
}

function brief(comparison: Comparison | undefined): string {
  if (!comparison) return NONE;
  const { ratio, failed = '', overlaps } = comparison;
  if (!ratio) return isMissing(failed) ? NONE : '**fails**';
  const shown = ratio.median < 1 ? `**${times(ratio.median)}**` : times(ratio.median);
  return overlaps ? `${shown}, **lets two in**` : shown;
}

export async function othersSection(found: readonly Comparison[]): Promise<string> {
  const rows = found.map((comparison) => {
    const [, takes = '', ...rest] = othersCellsOf(comparison);
    return [comparison.work.name, comparison.peer, takes, ...rest];
  });
  return `## Beside others

How many times our time others take for the same work, and in the first column our own. **Bold: others take less**,
or do it wrong. A dash: they do not offer it.

${summary(WORKS, found)}

The work is that of the rows above: an increment under a lock, a turn that two threads pass to and fro, or small
objects that one sends the other, by whatever each library offers for it. All sides of a line settled as above and
ran in turn, in the same rounds, and each round gives one ratio. Those that hold a lock during a callback alone are
compared with our \`withLock\` and \`withLockAsync\`, those that need another Node with ours in that Node. *Wake a
sleeper*: the median time from before the wake-up in one thread to after it in the other. *To and fro*: a turn, when
whoever waits may still be awake.

${await legend()}

${markdown(['work', 'peer', 'takes', 'min to max', 'ns, theirs : ours'], rows)}

${troubles(found)}
`;
}

async function legend(): Promise<string> {
  const lines = NAMES.map(async (peer) => {
    const version = await versionOf(peer);
    return `- **${peer}**${version && `, ${version}`}: ${PEERS[peer].about}`;
  });
  return (await Promise.all(lines)).join('\n');
}

async function versionOf(peer: Peer): Promise<string> {
  const { version } = PEERS[peer];
  if (version === '') return '';
  if (version === 'package') {
    const manifest = new URL(`../../node_modules/${peer}/package.json`, import.meta.url);
    return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
  }
  const found = await find(version);
  return 'missing' in found ? found.missing : found.version;
}

function troubles(found: readonly Comparison[]): string {
  const lines = found.flatMap(({ work, peer, failed, overlaps }) => {
    const what = overlaps
      ? `two had the lock at once, ${overlaps.map(number).join(' times in ')} acquisitions`
      : failed;
    return what === undefined || isMissing(what) ? [] : [`- **${work.name}, ${peer}**: ${what}.`];
  });
  return lines.length === 0
    ? 'Nobody hung, lost an increment, or let two in at once.'
    : `What went wrong:\n\n${lines.join('\n')}`;
}

/** The page with what is between the marks replaced by the lines that are for it. */
export function shownIn(page: string, found: readonly Comparison[]): string {
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before < 0 || after < before)
    throw new Error(`README.md has no ${BEGIN} with ${END} after it`);
  const table = summary(
    WORKS.filter(({ isShown }) => isShown),
    found,
  );
  return `${page.slice(0, before + BEGIN.length)}\n\n${table}\n\n${page.slice(after)}`;
}
