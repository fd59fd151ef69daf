// Makes global objects until there is no room for more.
import { Latch, Mutex } from 'crossthread';

const first = Mutex.global('first');
const tooMany = (/** @type {() => unknown} */ make) => {
  try {
    for (;;) make();
  } catch (error) {
    console.log(/** @type {{ code?: string }} */ (error).code);
  }
};

let made = 0;
tooMany(() => Latch.global(`key ${made++}`, 1));
tooMany(() => Latch.global('x'.repeat(1 << 20), 1));
const all = Array.from({ length: made - 1 }, (_, i) => Latch.global(`key ${i}`, 0).tryWait());
if (made > 1000 && Mutex.global('first') === first && all.every((isOpen) => !isOpen)) {
  console.log('still there');
}
