/** The memory of an object adapter, which its proxies carry along. */
import { Place, SharedObject } from '../../share/shared-object.ts';

const KIND = 'ObjectAdapter';

export class AdapterMemory extends SharedObject {
  /** @internal */
  static readonly kind: string = KIND;
  static readonly BYTE_LENGTH: number = 64;

  constructor(place: Place) {
    super(KIND, place);
  }
}
