// `@20minutes/s3rver` brings no types: what the example uses of it.
declare module '@20minutes/s3rver' {
  import type { AddressInfo } from 'node:net';

  export default class S3rver {
    constructor(options: {
      address: string;
      port: number;
      silent: boolean;
      directory: string;
      configureBuckets: readonly { readonly name: string }[];
    });
    /** Koa's: what a request goes through. */
    readonly middleware: ((
      context: { readonly path: string; readonly headers: { authorization?: string } },
      next: () => Promise<void>,
    ) => Promise<void>)[];
    run(): Promise<AddressInfo>;
  }
}
