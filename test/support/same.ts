/**
 * Whether two live objects are one. `expect(a).toBe(b)` says so too, but where they are not it compares
 * and prints them whole, with all the shared memory that they stand in.
 */
export const isSame = (a: unknown, b: unknown): boolean => Object.is(a, b);
