/** `modelOf`: programs as a model of the explorer. */
import type { SharedObject } from '../../share/shared-object.ts';
import { unrest } from '../at-rest.ts';
import { assertLinearizable } from '../linearizable/check.ts';
import { ExplorerHistory } from '../linearizable/explorer-history.ts';
import type { Model } from '../model.ts';
import type { ProgramOperation } from './calls.ts';
import { interpret } from './interpreter.ts';
import {
  enliven,
  loadClasses,
  makeMemory,
  type Memory,
  type ProgramObjects,
  specificationOf,
} from './objects.ts';
import { checkPrograms, type ThreadPrograms } from './programs.ts';
import { namedIn } from './spec-operations.ts';

/** What a model of programs is to check beside that everybody comes to an end. */
export interface ModelOptions {
  /**
   * Check in the end that what happened to each object is linearizable. What was called and returned is
   * then part of what makes two states different: a search takes longer. Default: false.
   */
  readonly linearizable?: boolean;
}

/**
 * Makes a model of `programs`, for `explore` and {@link runSchedule}.
 *
 * @throws RangeError, TypeError for what is no program.
 *
 * @example
 * ```ts
 * await explore(await modelOf(programs), { preemptions: 2 });
 * ```
 */
export async function modelOf(
  programs: ThreadPrograms,
  { linearizable = false }: ModelOptions = {},
): Promise<Model<Memory>> {
  checkPrograms(programs);
  const { objects, threads } = programs;
  const classes = await loadClasses(objects);
  const histories = new Histories(objects, linearizable);
  const body = (program: readonly ProgramOperation[]) => (memory: Memory) =>
    interpret(program, enliven(memory, classes), (_, operation, perform) =>
      histories.record(operation, perform),
    );
  return {
    setup: () => makeMemory(objects),
    threads: threads.map((program, thread) =>
      Object.defineProperty(body(program), 'name', { value: `thread ${thread}` }),
    ),
    check: () => {
      for (const [name, { operations }] of histories.all) {
        assertLinearizable(operations, specificationOf(objects[name]!));
      }
    },
    atRest: (memory) => {
      const shared = Object.values(memory).find((object) => !(object instanceof Int32Array));
      return shared && unrest(shared as SharedObject);
    },
  };
}

/** One for each object: each is checked by itself. */
class Histories {
  readonly all: ReadonlyMap<string, ExplorerHistory>;
  readonly #objects: ProgramObjects;

  constructor(objects: ProgramObjects, isWanted: boolean) {
    const names = isWanted ? Object.keys(objects) : [];
    this.all = new Map(names.map((name) => [name, new ExplorerHistory()]));
    this.#objects = objects;
  }

  /** Records in those of all objects that it is called on. */
  record(operation: ProgramOperation, perform: () => unknown): unknown {
    return namedIn(operation, this.#objects).reduce<() => unknown>(
      (inner, { object, name, input }) => {
        const history = this.all.get(object);
        return history ? () => history.record(name, input, inner) : inner;
      },
      perform,
    )();
  }
}
