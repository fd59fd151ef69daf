/**
 * A process with nothing to do but what a stop brings: `node process.mjs STORY`.
 */
import { Latch, StopCallback, StopSource } from 'crossthread';

/** @type {Record<string, () => unknown>} */
const STORIES = {
  'callbacks and signals': () => {
    const { token } = new StopSource();
    new StopCallback(token, () => console.log('never'));
    token.signal.addEventListener('abort', () => console.log('never'));
    StopSource.from(new AbortController().signal);
  },
  'a wait that is stopped': async () => {
    const source = new StopSource();
    const waiting = new Latch(1).waitAsync({ signal: source.token });
    setTimeout(() => source.requestStop(), 50).unref();
    await waiting.catch((error) => console.log(error.code));
  },
  'callbacks that throw': () => {
    process.on('uncaughtException', (error) => console.log('uncaught:', error.message));
    const source = new StopSource();
    for (const name of ['one', 'two']) {
      new StopCallback(source.token, () => {
        throw new Error(name);
      });
    }
    new StopCallback(source.token, () => console.log('three'));
    console.log('requested:', source.requestStop());
    new StopCallback(source.token, () => {
      throw new Error('too late');
    });
    console.log('going on');
  },
};

await STORIES[/** @type {string} */ (process.argv[2])]?.();
