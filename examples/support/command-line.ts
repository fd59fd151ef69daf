/** Runs `main` with what the command line says; one that makes no sense ends with 2. */
export async function run<Options>(
  usage: string,
  readOptions: () => Options,
  main: (options: Options) => Promise<number>,
): Promise<void> {
  let options: Options;
  try {
    options = readOptions();
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exitCode = 2;
    return;
  }
  process.exitCode = await main(options);
}
