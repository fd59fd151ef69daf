/** What proxies and callbacks take and return: this file is right when it compiles. Nothing runs it. */
import {
  type AsyncResult,
  type Callback,
  Context,
  defineProxy,
  newCallback,
  ObjectPrx,
  type Proxy,
  type TypedCallback,
} from 'crossthread/ami';

interface Employees {
  getName(number: number): string;
  load(name: string, deep: boolean | undefined): Promise<{ readonly size: number }>;
  retire(number: number): void;
  check(number: number): void;
}
const EmployeesPrx = defineProxy<Employees>()('::Demo::Employees', {
  getName: 'returns',
  load: 'returns',
  retire: 'void',
  check: 'void raises',
});
type EmployeesPrx = Proxy<Employees>;

interface Optional {
  load(name: string, deep?: boolean): number;
  log(...words: string[]): void;
}
// @ts-expect-error an optional parameter
defineProxy<Optional>()('::Demo::Optional', { load: 'returns', log: 'void' });

class Row {
  write(_text: string): void {}
}

class Printer {
  name(_name: string): void {}
  named(_name: string, row: Row): void {
    row.write('');
  }
  retired(): void {}
  failed(_exception: Error): void {}
  failedIn(_exception: Error, _row: Row): void {}
  sent(_sentSynchronously: boolean): void {}
  sentFrom(_sentSynchronously: boolean, _row: Row): void {}
  finished(_result: AsyncResult): void {}
  number(_number: number): void {}
}

export function calls(e: EmployeesPrx, context: Context): void {
  const name: string = e.getName(99);
  const again: string = e.getName(99, context);
  const later: Promise<string> = e.getNameAsync(99, context);
  const loaded: Promise<{ readonly size: number }> = e.loadAsync('x', true);
  const size: number = e.load('x', undefined).size;
  const gone: void = e.retire(1);
  const result: AsyncResult<EmployeesPrx> = e.begin_getName(99);
  const same: EmployeesPrx = result.getProxy();
  const ended: string = same.end_getName(result);
  const results: AsyncResult[] = [result, e.begin_retire(1, context)];
  void [name, again, later, loaded, size, gone, ended, results];
}

export function casts(prx: ObjectPrx): void {
  const e: EmployeesPrx = EmployeesPrx.uncheckedCast(prx);
  const checked: EmployeesPrx | null = EmployeesPrx.checkedCast(prx);
  const awaited: Promise<EmployeesPrx | null> = EmployeesPrx.checkedCastAsync(prx, new Context());
  const base: ObjectPrx = e;
  const isA: boolean = e.ice_isA('::Demo::Employees');
  const ids: Promise<string[]> = base.ice_idsAsync();
  const id: string = base.end_ice_id(base.begin_ice_id());
  void [checked, awaited, base, isA, ids, id];
}

export function callbacks(e: EmployeesPrx, context: Context): void {
  const printer = new Printer();
  const generic: Callback = newCallback(printer, printer.finished);
  e.begin_getName(99, generic);
  e.begin_getName(99, context, generic, 'any cookie');
  const named: TypedCallback<'getName', Row> = EmployeesPrx.newCallback_getName(
    printer,
    printer.named,
    printer.failedIn,
    printer.sentFrom,
  );
  e.begin_getName(99, named, new Row());
  e.begin_getName(99, context, named, new Row());
  const plain = EmployeesPrx.newCallback_getName(printer, printer.name, null, printer.sent);
  e.begin_getName(99, context, plain);
  const byFailure = EmployeesPrx.newCallback_getName(printer, printer.name, printer.failedIn);
  e.begin_getName(99, byFailure, new Row());
  e.begin_retire(1, EmployeesPrx.newCallback_retire(printer, printer.failed));
  e.begin_retire(1, EmployeesPrx.newCallback_retire(printer, printer.failedIn), new Row());
  e.begin_retire(1, EmployeesPrx.newCallback_retire(printer, printer.retired, null));
  e.begin_retire(1, EmployeesPrx.newCallback_retire(printer, null, printer.failed, printer.sent));
  e.begin_ice_ping(ObjectPrx.newCallback_ice_ping(printer, printer.failed));
  e.begin_ice_ping(EmployeesPrx.newCallback_ice_ping(printer, printer.retired, printer.failed));
  const flushed = ObjectPrx.newCallback_ice_flushBatchRequests(printer, null, printer.sentFrom);
  e.begin_ice_flushBatchRequests(flushed, new Row());
  const flush: AsyncResult<null> = e.ice_getCommunicator().begin_flushBatchRequests(generic);
  e.ice_getCommunicator().end_flushBatchRequests(flush);
}

export function wrongCalls(e: EmployeesPrx, map: Map<string, string>): void {
  // @ts-expect-error a parameter of another type
  e.getName('99');
  // @ts-expect-error a parameter too few
  void e.getNameAsync();
  // @ts-expect-error no such operation
  e.getSalary(99);
  // @ts-expect-error any map is no context
  e.getName(99, map);
  // @ts-expect-error the result is a string
  const name: number = e.getName(99);
  // @ts-expect-error a result is not awaited: it is no promise
  void e.begin_getName(99).then();
  // @ts-expect-error a result is not ended as a value
  e.end_getName('Ann');
  // @ts-expect-error what a communicator began is not a proxy's to end
  e.end_ice_flushBatchRequests(e.ice_getCommunicator().begin_flushBatchRequests());
  void name;
}

export function wrongCallbacks(e: EmployeesPrx): void {
  const printer = new Printer();
  const named = EmployeesPrx.newCallback_getName(printer, printer.named, null);
  // @ts-expect-error a function is no callback
  e.begin_getName(99, (_name: string) => {});
  // @ts-expect-error of another operation
  e.begin_retire(99, named, new Row());
  // @ts-expect-error the methods take a cookie
  e.begin_getName(99, named);
  // @ts-expect-error a cookie of another type
  e.begin_getName(99, named, 'row');
  // @ts-expect-error the methods take no cookie
  e.begin_getName(99, EmployeesPrx.newCallback_getName(printer, printer.name, null), new Row());
  // @ts-expect-error a cookie without a callback
  e.begin_getName(99, new Row());
  // @ts-expect-error the result is a string
  EmployeesPrx.newCallback_getName(printer, printer.number, null);
  // @ts-expect-error an operation with a result needs somebody to take it
  EmployeesPrx.newCallback_getName(printer, null, printer.failed);
  // @ts-expect-error the value is for `finished` to get by `end_getName`
  newCallback(printer, printer.name);
}

export function wrongTables(): void {
  // @ts-expect-error an operation is missing
  defineProxy<Employees>()('::E', { getName: 'returns', load: 'returns', retire: 'void' });
  const rest = { load: 'returns', retire: 'void', check: 'void' } as const;
  // @ts-expect-error it returns a string
  defineProxy<Employees>()('::E', { getName: 'void', ...rest });
  // @ts-expect-error it returns nothing
  defineProxy<Employees>()('::E', { getName: 'returns', ...rest, retire: 'returns' });
  // @ts-expect-error there is no such operation
  defineProxy<Employees>()('::E', { getName: 'returns', ...rest, getSalary: 'returns' });
}
