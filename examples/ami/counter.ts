/**
 * What the definition in Slice is to Ice:
 *
 *   interface Counter {
 *     void opVoid();
 *     int received();
 *   };
 */
import { defineProxy, type Proxy } from 'crossthread/ami';

export interface Counter {
  opVoid(): void;
  /** How many `opVoid` have come. */
  received(): number;
}

export const CounterPrx = defineProxy<Counter>()('::Demo::Counter', {
  opVoid: 'void',
  received: 'returns',
});
export type CounterPrx = Proxy<Counter>;
