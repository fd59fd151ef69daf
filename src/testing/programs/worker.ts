/** The module of the workers that programs run in: takes task after task. */
import { parentPort } from 'node:worker_threads';
import { attach } from '../../attach.ts';
import { DeadlockError } from '../../errors.ts';
import { interpret } from './interpreter.ts';
import { Journal } from './journal.ts';
import { enliven, loadClasses, type Memory } from './objects.ts';
import { Visits } from './visits.ts';
import type { Report, ReportedError, Task } from './task.ts';

parentPort?.on('message', (task: Task) => void perform(task).then(post));

function post(report: Report): void {
  parentPort?.postMessage(report);
}

async function perform(task: Task): Promise<Report> {
  const { programs, thread } = task;
  const journal = new Journal(programs, task.journal);
  const turns = task.order.flatMap((each, turn) => (each === thread ? [turn] : []));
  try {
    const memory = attach<Memory>(task.memory);
    const live = enliven(memory, await loadClasses(programs.objects));
    const visits = new Visits(programs.objects, task.counts);
    journal.meet();
    await interpret(programs.threads[thread]!, live, (index, operation, perform) => {
      const turn = turns.shift();
      journal.awaitTurn(turn ?? task.order.length);
      journal.begin(thread, index);
      visits.before(operation);
      const end = (output: unknown): unknown => {
        visits.after(operation, output);
        journal.end(thread, index, output);
        if (turn !== undefined) journal.passTurn();
        return output;
      };
      const output = perform();
      return output instanceof Promise ? output.then(end) : end(output);
    });
    for (const turn of turns) {
      journal.awaitTurn(turn); // of an operation that was left out, after a try that failed
      journal.passTurn();
    }
    return {};
  } catch (error) {
    // The watchdog tells of it: this thread is in that call still, and has all that it had.
    if (error instanceof DeadlockError) return new Promise(() => {});
    return { error: told(error) };
  }
}

function told(error: unknown): ReportedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  return { name, message, stack, code: (error as { code?: string }).code };
}
