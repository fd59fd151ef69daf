/** A promise that is dropped, and one that is on its way elsewhere when it is: what their futures say. */
import { attach, StdPromise } from 'crossthread';

/** @returns {{ dropped: import('crossthread').Future<number>, sent: import('crossthread').Future<number>, handle: unknown }} */
function make() {
  const promise = new StdPromise();
  const moving = new StdPromise();
  return {
    dropped: promise.getFuture(),
    sent: moving.getFuture(),
    handle: structuredClone(moving),
  };
}

const { dropped, sent, handle } = make();
const collecting = setInterval(() => globalThis.gc?.(), 5);
const code = await dropped.getAsync().catch((error) => error.code);
clearInterval(collecting);
attach(/** @type {{}} */ (handle)).setValue(5);
console.log(code, sent.get());
