/** How a lock starts. C++: `std::defer_lock`, `std::try_to_lock`, `std::adopt_lock`. */

/** Do not lock yet. */
export const deferLock: unique symbol = Symbol.for('crossthread.deferLock');
/** Lock if that needs no waiting. */
export const tryToLock: unique symbol = Symbol.for('crossthread.tryToLock');
/** The calling thread has locked it already. */
export const adoptLock: unique symbol = Symbol.for('crossthread.adoptLock');

/** A guard holds this in a property, so that structured clone refuses it (`DataCloneError`). */
export const UNCLONEABLE: symbol = Symbol('a guard stays in its thread');
