/** So many tasks of one thread that wait for one mutex: what each costs until it waits, and until it has it. */
import type { Chart } from './chart.ts';
import type { Axis } from './draw.ts';
import { LARGE, measureApart } from './in-process.ts';

export const PENDING: Chart = {
  name: 'pending',

  measure({ pending, processes }) {
    const series = ['raw', 'crossthread', 'multithreading', 'async-mutex'] as const;
    return measureApart('pending.mjs', series, pending, processes);
  },

  pictures(points) {
    const x: Axis = { field: 'count', title: 'pending lockAsync() of one thread' };
    const each = (field: string): Axis => ({ field, title: 'us for each' });
    const inAll = (field: string): Axis => ({ field, title: 'MiB in all' });
    const large = points.filter(LARGE);
    return [
      {
        name: 'pending',
        title: 'Many waits of one thread for one mutex',
        subtitle: [
          'A level line of time: each costs the same, however many there are.',
          'The tasks that wait, and their promises, are included; raw keeps its waiters in the engine.',
        ],
        columns: 2,
        panels: [
          { title: 'Until all wait', points, x, y: each('ask') },
          { title: 'From the first unlock until the last had it', points, x, y: each('grant') },
          { title: 'Heap while all wait', points: large, x, y: inAll('heap') },
          { title: 'Resident memory while all wait', points: large, x, y: inAll('resident') },
        ],
      },
    ];
  },
};
