/** Proxy classes, made from a table of operations. There is no generated code. */
import { describe } from '../memory/checks.ts';
import { IllegalArgumentException } from './exceptions.ts';
import { ObjectPrx } from './object-prx.ts';
import { addOperations, type OperationKind } from './operations.ts';
import type { OperationTable, ProxyClass } from './proxy.ts';

const KINDS: readonly unknown[] = ['returns', 'void', 'void raises'] satisfies OperationKind[];

/**
 * Makes the proxy class of an interface: what a definition in Slice is to Ice. The table has all its operations,
 * and says of each whether it `'returns'` something, or is `'void'`, or `'void raises'`, which throws what callers
 * must hear of. The compiler checks it.
 *
 * Called twice, because the interface is given and the table is not: the compiler infers either all or nothing.
 *
 * @throws IllegalArgumentException for an operation of a kind that is none, or with the name of something that
 * all proxies have, or another operation, as `getAsync` beside `get`.
 *
 * @example
 * ```ts
 * interface Clock {
 *   now(): number;
 *   set(time: number): void;
 * }
 * const ClockPrx = defineProxy<Clock>()('::Demo::Clock', { now: 'returns', set: 'void' });
 * type ClockPrx = Proxy<Clock>;
 * const clock: ClockPrx = ClockPrx.uncheckedCast(employees);
 * console.log(ClockPrx.ice_staticId(), ClockPrx.checkedCast(clock)); // → ::Demo::Clock null
 * ```
 * C++: what `slice2cpp` generates.
 */
export function defineProxy<I>(): (typeId: string, table: OperationTable<I>) => ProxyClass<I> {
  return (typeId, table) => {
    checkTypeId(typeId);
    const taken = new Set<string>();
    for (const [name, kind] of Object.entries(table)) checkOperation(name, kind, taken);
    const type = { [typeId]: class extends ObjectPrx {} }[typeId]!; // a name for debuggers
    Object.defineProperty(type, 'typeId', { value: typeId });
    addOperations(type, table);
    ObjectPrx.define(type);
    return type as unknown as ProxyClass<I>;
  };
}

function checkTypeId(typeId: unknown): void {
  if (typeof typeId === 'string' && typeId !== '') return;
  throw new IllegalArgumentException(`\`typeId\` must be a name, got ${describe(typeId)}`);
}

/** Adds to `taken` what proxies have for it. */
function checkOperation(name: string, kind: unknown, taken: Set<string>): void {
  if (!KINDS.includes(kind)) {
    throw new IllegalArgumentException(`${name} is of no kind that is known: ${String(kind)}`);
  }
  for (const member of [name, `${name}Async`, `begin_${name}`, `end_${name}`]) {
    const isOfAll = member in ObjectPrx.prototype;
    if (isOfAll || taken.has(member)) {
      const owners = isOfAll ? 'all proxies have' : 'another operation has';
      throw new IllegalArgumentException(`${name} cannot be an operation: ${owners} ${member}`);
    }
    taken.add(member);
  }
}
