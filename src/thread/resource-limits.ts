/** Limits of a thread, as those of Node's `Worker`. One that exceeds them dies. */
export interface ResourceLimits {
  /** Of the heap, in MB. */
  maxOldGenerationSizeMb?: number;
  /** Of its part for young objects, in MB. */
  maxYoungGenerationSizeMb?: number;
  /** Of the memory for generated code, in MB. */
  codeRangeSizeMb?: number;
  /** Of the stack, in MB. */
  stackSizeMb?: number;
}
