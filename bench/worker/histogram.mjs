/** Counts of whole numbers from 0 to 2^40, told apart to 1 percent; the greatest is kept exactly. */
const PER_OCTAVE = 64;
const OCTAVES = 40;

export class Histogram {
  counts = new Uint32Array(PER_OCTAVE * OCTAVES);
  max = 0;

  add(/** @type {number} */ value) {
    const bucket = Math.floor(Math.log2(value + 1) * PER_OCTAVE);
    this.counts[bucket] = (this.counts[bucket] ?? 0) + 1;
    if (value > this.max) this.max = value;
  }

  /** Adds what a thread has sent: structured clone leaves the fields. */
  merge(/** @type {Pick<Histogram, 'counts' | 'max'>} */ { counts, max }) {
    counts.forEach((count, bucket) => {
      this.counts[bucket] = (this.counts[bucket] ?? 0) + count;
    });
    this.max = Math.max(this.max, max);
  }

  /** The least number that `share` of all do not exceed. */
  quantile(/** @type {number} */ share) {
    let left = share * this.counts.reduce((sum, count) => sum + count, 0);
    const bucket = this.counts.findIndex((count) => (left -= count) <= 0);
    return Math.min(Math.round(2 ** ((bucket + 0.5) / PER_OCTAVE) - 1), this.max);
  }
}
