/** A round of chaos in the explorer: the same programs, cut short, with deaths at any step. */
import type { Model } from 'crossthread/testing';
import type { Library } from '../explored/library.ts';
import { perform, programOf } from './operations.mjs';
import { faultsOf, newRoom, type Room, THREADS } from './room.mjs';

/** Nobody stands in for the dead there, so that waits which only they could end are brief. */
export function modelOf(library: Library, seed: number, steps: number): Model<Room> {
  const body = (thread: number) => async (room: Room) => {
    const me = { library, room, thread, isPatient: false, atRisk: () => {} };
    for (const step of programOf(seed, thread, steps)) {
      if (step.name !== 'meet' && step.name !== 'drop') await perform(me, step);
    }
  };
  return {
    setup: () => newRoom(library),
    threads: Array.from({ length: THREADS }, (_, thread) => body(thread)),
    check(room, { killed }) {
      const faults = faultsOf(room, killed.length);
      if (faults.length > 0) throw new Error(faults.join('; '));
    },
  };
}
