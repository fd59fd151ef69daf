/**
 * The tables that put something else beside this library, as a module for the compiler: each piece of code
 * in a column headed `crossthread` or `awaited` is a block there, on the line that it has on the page.
 */
import { readFileSync } from 'node:fs';
import * as crossthread from 'crossthread';
import { importOf } from './blocks.ts';

const COLUMNS = ['crossthread', 'awaited'];

/** By page: what its cells call the things they work on. */
const NAMES: Record<string, string> = {
  'docs/porting-from-cpp.md': `
    let m!: Mutex, m2!: Mutex, lk!: UniqueLock, lk2!: UniqueLock;
    let rm!: RecursiveMutex, held!: UniqueLock<RecursiveMutex>;
    let sm!: SharedMutex, sl!: SharedLock, sl2!: SharedLock;
    let cv!: ConditionVariable, s!: Semaphore, l!: Latch, flag!: OnceFlag;
    let b!: Barrier, token!: import('crossthread').ArrivalToken;
    class Log { constructor(_level: number) {} add(_n: number): void {} }
    const log = new ThreadLocal(() => new Log(1));
    let a!: AtomicInt32, af!: AtomicFlag, error!: SyncError;
    let st!: StopToken, ss!: StopSource, signal!: AbortSignal;
    const module = moduleRef<{ f(n: number, m: Mutex): void; g(stop: StopToken): void }>('file:///f.mjs');
    let t!: Thread, jt!: JThread, ch!: Channel<{ id: number }>, r!: AtomicRef<number>;
    const Point = SharedStruct({ x: 'f32', y: 'f32' }); const p = new Point();
    const twice = defineTask('file:///f.mjs', 'twice', (n: number) => 2 * n);
    const pr = new StdPromise<number>(), pt = new PackagedTask((n: number) => 2 * n);
    let fu!: Future<number>, sf!: SharedFuture<number>, pool!: ThreadPool;
    let date!: Date, buffer!: SharedArrayBuffer, data: unknown;
    function f(_n?: number): void {} function pred(): boolean { return true; }`,
  'docs/ice-porting.md': `
    interface Employees {
      getName(number: number): string; retire(number: number): void;
      op(inp1: number, inp2: string): { returnValue: number; outp1: boolean; outp2: bigint };
    }
    const EmployeesPrx = defineProxy<Employees>()('::Demo::Employees', {
      getName: 'returns', retire: 'void', op: 'returns',
    });
    type EmployeesPrx = Proxy<Employees>;
    let e!: EmployeesPrx, p!: ObjectPrx, oneway!: EmployeesPrx, batch!: EmployeesPrx;
    let r!: AsyncResult, r2!: AsyncResult, ctx!: Context;
    let communicator!: Communicator, connection!: Connection, adapter!: ObjectAdapter;
    class Cookie { name = ''; } const cookie = new Cookie();
    let typed!: TypedCallback<'getName'>, typedWithCookie!: TypedCallback<'getName', Cookie>;
    const servant: Servant<{ getName(number: number): string }> = { getName: () => 'Ann' };
    const module = moduleRef<{ EmployeesI: new () => object }>('file:///employees-i.mjs');
    const cb = {
      finished(_r: AsyncResult): void {}, sent(): void {},
      getNameCB(_name: string): void {}, failureCB(_error: Error): void {},
    }; const d = newCallback(cb, cb.finished);`,
  'docs/migrating.md': `
    let mutex!: Mutex, lock!: UniqueLock, condition!: ConditionVariable;
    let semaphore!: Semaphore, latch!: Latch, atomic!: AtomicInt32, signal!: AbortSignal;
    function fn(): void {} function pred(): boolean { return true; }`,
};

const ENTRIES: Record<string, string> = {
  'docs/ice-porting.md': importOf('crossthread/ami', 'ami'),
};

export const TABLED: readonly string[] = Object.keys(NAMES);

export function cellsOf(page: string, root: URL): string {
  const lines = readFileSync(new URL(page, root), 'utf8').split('\n');
  let columns: readonly string[] = []; // of the table that the line is in
  const blocks = lines.map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    if (!line.startsWith('|')) columns = [];
    else if (columns.length === 0) columns = cells;
    const code = cells.filter((_, i) => COLUMNS.includes(columns[i] ?? '')).join(' ');
    return [...code.matchAll(/`([^`]*)`/g)].map(([, span = '']) => blockOf(span)).join(' ');
  });
  const names = NAMES[page]?.replaceAll('\n', ' ');
  const imports = `import { ${Object.keys(crossthread).join(', ')} } from 'crossthread';`;
  const head = `${imports} ${ENTRIES[page] ?? ''} { ${names}`;
  return `${head} ${blocks.join('\n')} }`;
}

/** A lone name may be that of a type. */
function blockOf(code: string): string {
  const isType = /^[A-Z]\w*$/.test(code) && !(code in crossthread) && !(code in globalThis);
  return isType ? `{ type _ = import('crossthread').${code}; }` : `{ ${code} }`;
}
