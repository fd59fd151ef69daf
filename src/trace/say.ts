/** How what is found out reaches people. */
import { fileSystem, nodeProcess } from '../agent/runtime.ts';

const STDERR = 2;

/** A warning of the process, where there is such a thing. */
export function warn(type: string, code: string, message: string): void {
  if (nodeProcess) nodeProcess.emitWarning(message, { type, code: `CROSSTHREAD_${code}` });
  else console.warn(`${type}: ${message}`);
}

/** At once, also from a thread that is blocked: what its console takes comes out when its event loop runs. */
export function printNow(text: string): void {
  try {
    fileSystem!.writeSync(STDERR, text);
  } catch {
    console.error(text); // no such file, or a pipe that is full
  }
}
