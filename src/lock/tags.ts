/** How a lock starts. C++: `std::defer_lock`, `std::try_to_lock`, `std::adopt_lock`. */

/** Do not lock yet. */
export const deferLock: unique symbol = Symbol('deferLock');
/** Lock if that needs no waiting. */
export const tryToLock: unique symbol = Symbol('tryToLock');
/** The calling thread has locked it already. */
export const adoptLock: unique symbol = Symbol('adoptLock');

/** A guard holds this in a property, so that structured clone refuses it (`DataCloneError`). */
export const UNCLONEABLE: symbol = Symbol('a guard stays in its thread');
