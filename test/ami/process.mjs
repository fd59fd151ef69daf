/** A process that starts a servant, for what keeps it alive and what it prints. */
import { startServant } from '../../dist/ami/start-servant.js';
import { Link } from '../../dist/ami/transport/link.js';

const servant = startServant(new URL('./servants.mjs', import.meta.url), 'Echo', []);
const link = Link.open(servant.memory, {
  received: (answer) => {
    console.log(JSON.stringify(answer));
    release();
  },
  sent: () => {},
  lost: () => console.log('lost'),
});
link.send([0, 'Echo', 'throwTooBig', []]);
link.send([1, 'Echo', 'echo', ['answered']]);
const release = link.hold();
