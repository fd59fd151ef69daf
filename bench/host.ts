/**
 * `node host.ts <side> <threads>`: a crew in a process of its own, which runs an amount for each line that it reads,
 * and writes what came of it.
 */
import { createInterface } from 'node:readline';
import { Crew, type Side, SideFailed } from './crew.ts';

const [side, threads] = process.argv.slice(2);

function write(line: object): void {
  console.log(
    JSON.stringify(line, (_, value) =>
      ArrayBuffer.isView(value) ? [...(value as Uint32Array)] : value,
    ),
  );
}

try {
  const crew = await Crew.start(JSON.parse(side!) as Side, Number(threads));
  write({});
  for await (const line of createInterface({ input: process.stdin })) {
    write(await crew.run(Number(line)));
  }
} catch (error) {
  write({ error: error instanceof SideFailed ? error.reason : String(error) });
}
process.exit();
