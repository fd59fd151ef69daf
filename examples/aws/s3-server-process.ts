/**
 * The process of the embedded S3 server. It serves one bucket from a temporary directory, on the
 * loopback interface only, and ends with the process that started it: however that one dies, the
 * operating system closes the IPC channel.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from '@20minutes/s3rver';
import { LOCAL_BUCKET } from './s3-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'crossthread-s3-'));
process.on('exit', () => rmSync(directory, { recursive: true, force: true }));
process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
// Ctrl-C and a closed terminal reach the whole process group. The example ends by them and thereby
// closes the channel; ending by the signal itself would leave the directory behind.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

const server = new S3rver({
  address: '127.0.0.1',
  port: 0, // any that is free
  silent: true,
  directory,
  configureBuckets: [{ name: LOCAL_BUCKET }],
});
// S3rver checks the signature of a path without the slash that the SDK has behind the name of a bucket, and
// so refuses to list what is in it. To an anonymous caller it does.
server.middleware.unshift((context, next) => {
  if (/^\/[^/]+\/$/.test(context.path)) delete context.headers.authorization;
  return next();
});
const { port } = await server.run();
if (!process.connected) process.exit(); // the parent died before anybody listened for it
process.send?.(port);
