/** The Mandelbrot set, a row at a time: what the threads do, and all that they load. */
import { defineTask, type StopToken } from 'crossthread';

/** A picture in shared memory, which many threads draw at once: each has rows of its own. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  /** After how many steps a point is taken to belong to the set. */
  readonly depth: number;
  /** Red, green, blue and opacity of each. What is not drawn is transparent. */
  readonly pixels: Uint8Array<SharedArrayBuffer>;
}

const PIXEL = 4; // bytes
const LEFT = -2.5; // the part of the plane that the set is in
const RIGHT = 1.1;
const SCALE = RIGHT - LEFT;
const FAR = 4; // the square of a distance from which no point comes back

/** Draws a row, or nothing of it once a stop is requested. Returns whether it did. */
export const drawRow = defineTask(
  import.meta.url,
  'drawRow',
  ({ width, height, depth, pixels }: Picture, row: number, stop: StopToken): boolean => {
    const bytes = pixels.subarray(row * width * PIXEL, (row + 1) * width * PIXEL);
    const y = ((row + 0.5 - height / 2) * SCALE) / width;
    for (let column = 0; column < width; column++) {
      if (stop.stopRequested) {
        bytes.fill(0);
        return false;
      }
      const x = LEFT + ((column + 0.5) * SCALE) / width;
      bytes.set(colorOf(stepsFrom(x, y, depth), depth), column * PIXEL);
    }
    return true;
  },
);

/** How often z² + c can be taken, from 0 on, before it is far away; `depth` if it never is. */
function stepsFrom(x: number, y: number, depth: number): number {
  let [re, im] = [0, 0];
  for (let steps = 0; steps < depth; steps++) {
    const [re2, im2] = [re * re, im * im];
    if (re2 + im2 > FAR) return steps;
    im = 2 * re * im + y;
    re = re2 - im2 + x;
  }
  return depth;
}

/** The set is black; around it is night, and the nearer the brighter. */
function colorOf(steps: number, depth: number): readonly number[] {
  if (steps === depth) return [0, 0, 0, 255];
  const light = 1 - 1 / (1 + steps / 8);
  return [255 * light ** 3, 255 * light ** 1.5, 64 + 191 * light, 255].map(Math.round);
}
