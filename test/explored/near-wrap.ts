/** Programs of the other suites with counters that are about to wrap. */
import type { Model, nearWrap } from '../../dist/testing/index.js';
import type { Library } from './library.ts';

type Wrapped = Parameters<typeof nearWrap>[0];

/** `model`, in which the counters of all that it shares wrap after one count. */
export function nearItsWrap<Shared extends object>(
  { nearWrap }: Library,
  model: Model<Shared>,
): Model<Shared> {
  return {
    ...model,
    setup: () => {
      const shared = model.setup();
      const objects = Object.values(shared).filter((value): value is Wrapped => {
        return typeof value === 'object' && value !== null && 'crossthread' in value;
      });
      if (objects.length === 0) throw new Error('nothing here counts');
      for (const object of objects) nearWrap(object);
      return shared;
    },
  };
}

export function pick<Programs, Name extends keyof Programs>(
  programs: Programs,
  ...names: Name[]
): Pick<Programs, Name> {
  return Object.fromEntries(names.map((name) => [name, programs[name]])) as Pick<Programs, Name>;
}
