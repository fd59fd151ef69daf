/** So many mutexes in one buffer: what each costs to open, to lock, and to wait for. */
import type { Chart } from './chart.ts';
import type { Axis } from './draw.ts';
import { LARGE, measureApart } from './in-process.ts';

export const MUTEXES: Chart = {
  name: 'mutexes',

  measure({ mutexes, processes }) {
    return measureApart('mutexes.mjs', ['raw', 'crossthread'], mutexes, processes);
  },

  pictures(points) {
    const x: Axis = { field: 'count', title: 'mutexes in one buffer' };
    const each = (field: string): Axis => ({ field, title: 'us for each' });
    const inAll = (field: string): Axis => ({ field, title: 'MiB in all' });
    const large = points.filter(LARGE);
    return [
      {
        name: 'mutexes',
        title: 'Many mutexes in one buffer, and one thread',
        subtitle: [
          'A level line of time: each costs the same, however many there are.',
          'In the buffer a mutex takes 16 bytes, of raw 4; the heap is what the thread keeps beside it.',
        ],
        columns: 3,
        panels: [
          { title: 'Mutex.at(buffer, offset)', points, x, y: each('open') },
          { title: 'lock() and unlock(), the first time', points, x, y: each('first') },
          { title: 'lock() and unlock(), again', points, x, y: each('again') },
          { title: 'lockAsync() of each while it is held', points, x, y: each('ask') },
          { title: 'unlock() of one until it is granted', points, x, y: each('grant') },
          { title: 'unlock() of all until all are granted', points, x, y: each('drain') },
          { title: 'Heap: the objects', points: large, x, y: inAll('live') },
          { title: 'Heap: a wait for each', points: large, x, y: inAll('waits') },
        ],
      },
    ];
  },
};
