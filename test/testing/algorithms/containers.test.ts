import { judge } from './algorithm.ts';
import { chaseLev } from './deque.ts';
import { lockFree, michaelScott } from './queue.ts';
import { treiber, treiberOfThree } from './stack.ts';

judge('Treiber stack', treiber);
judge('Treiber stack of three threads', treiberOfThree);
judge('Michael-Scott queue', michaelScott);
judge('Michael-Scott queue, with deaths', lockFree);
judge('Chase-Lev deque', chaseLev);
