import { judge } from './algorithm.ts';
import { barrier } from './barrier.ts';
import { channel, channelAsync } from './channel.ts';
import { eventCount } from './event-count.ts';
import { once } from './once.ts';
import { seqlock } from './seqlock.ts';
import { sharedLock } from './shared-lock.ts';

judge('sequence lock', seqlock);
judge('channel', channel);
judge('async channel', channelAsync);
judge('once', once);
judge('barrier', barrier);
judge('event count', eventCount);
judge('readers and writers', sharedLock);
