/** Searches a model a few times over, in a thread of its own, which tsx does not slow. */
import { parentPort, workerData } from 'node:worker_threads';
import { explore } from 'crossthread/testing';
import * as models from './models.mjs';

if (!parentPort) throw new Error('a worker runs this');
const { model, threads, options, warmUp, rounds } = workerData;
/** @type {Record<string, (threads: number) => any>} */
const all = models;
const newModel = all[model];
if (!newModel) throw new Error(`no model is called ${model}`);

const found = [];
for (let round = 0; round < warmUp + rounds; round++) {
  found.push(await explore(newModel(threads), options));
}
parentPort.postMessage(found.slice(warmUp));
