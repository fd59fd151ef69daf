import { judge } from './algorithm.ts';
import { abortableSemaphore, abortableWait, lateSemaphore, timedSemaphore } from './semaphore.ts';

judge('semaphore with timeouts', timedSemaphore);
judge('semaphore with aborts', abortableSemaphore);
judge('semaphore with timeouts, async', lateSemaphore);
judge('two waits with an abort', abortableWait);
