import { parentPort } from 'node:worker_threads';
import { expose } from 'comlink';
// @ts-expect-error -- its declarations are not beside it
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { Servant } from './servant.mjs';

expose(new Servant(), nodeEndpoint(parentPort));
