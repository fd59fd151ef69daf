/**
 * What the definition in Slice is to Ice:
 *
 *   interface FileTransfer {
 *     void send(int offset, ByteSeq bytes);
 *     string finish();
 *   };
 */
import { defineProxy, type Proxy } from 'crossthread/ami';

export interface FileTransfer {
  /** The next bytes of the file. */
  send(offset: number, bytes: Uint8Array): void;
  /** The file is over: the SHA-256 of all of it. */
  finish(): string;
}

export const FileTransferPrx = defineProxy<FileTransfer>()('::Demo::FileTransfer', {
  send: 'void raises',
  finish: 'returns',
});
export type FileTransferPrx = Proxy<FileTransfer>;
