/** Conway's Game of Life, on a field whose opposite edges meet. */
export const WIDTH = 60;
export const HEIGHT = 40;

/** Gosper's gun: it sends out a glider every 30 generations. */
const GUN = [
  '                                      ',
  '                         #            ',
  '                       # #            ',
  '             ##      ##            ## ',
  '            #   #    ##            ## ',
  ' ##        #     #   ##               ',
  ' ##        #   # ##    # #            ',
  '           #     #       #            ',
  '            #   #                     ',
  '             ##                       ',
];

/** Puts the gun into an empty field. */
export function seed(cells: Uint8Array): void {
  for (const [y, row] of GUN.entries()) {
    for (let x = 0; x < row.length; x++) if (row[x] === '#') cells[y * WIDTH + x] = 1;
  }
}

/** Computes the rows from `first` to before `end` of the generation that comes after `now`. */
export function step(now: Uint8Array, next: Uint8Array, first: number, end: number): void {
  for (let y = first; y < end; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const neighbours = countNeighbours(now, x, y);
      const lives = neighbours === 3 || (neighbours === 2 && isAlive(now, x, y));
      next[y * WIDTH + x] = lives ? 1 : 0;
    }
  }
}

function countNeighbours(cells: Uint8Array, x: number, y: number): number {
  let count = 0;
  for (const dy of [-1, 0, 1]) {
    for (const dx of [-1, 0, 1]) {
      if ((dx !== 0 || dy !== 0) && isAlive(cells, x + dx, y + dy)) count++;
    }
  }
  return count;
}

function isAlive(cells: Uint8Array, x: number, y: number): boolean {
  return cells[((y + HEIGHT) % HEIGHT) * WIDTH + ((x + WIDTH) % WIDTH)] === 1;
}
