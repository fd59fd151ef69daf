/** What every thread of a crew runs: one load of one library, again and again as it is told. */
import { parentPort, workerData } from 'node:worker_threads';
import { now } from './clock.mjs';
import { Gate } from './gate.mjs';
import { GATE, openSubject, timesOf } from './subject.mjs';

if (!parentPort) throw new Error('a worker runs this');
const port = parentPort;
const { side, module, buffer, shared, index, threads, end } = workerData;
const { [side.load]: run } = await import(module);
const subject = await openSubject(side.library, { buffer, shared, end });
const gate = new Gate(new Int32Array(buffer, GATE, 2), threads);
const place = { ...side, index, threads, times: timesOf(buffer), port: end };

port.on('message', async (amount) => {
  gate.pass();
  const began = now();
  const done = run(subject, amount, place);
  const { operations, overlaps = 0, ...seen } = done instanceof Promise ? await done : done;
  port.postMessage({ began, ended: now(), operations, overlaps, seen });
});
port.postMessage('ready');
