// Runs the TypeScript module named by the last argument, in a worker or a child process. Node 20 can
// start neither from a `.ts` file, not even below `tsx`; through `tsImport` all versions can.
import { tsImport } from 'tsx/esm/api';

await tsImport(/** @type {string} */ (process.argv.at(-1)), import.meta.url);
