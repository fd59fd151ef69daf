/** Tells `scripts/test.mjs`, which started this vitest, how far the run has come. */
export default class TallyReporter {
  #passed = 0;
  #failed = 0;
  /** @type {Set<string>} */
  #running = new Set();

  onTestModuleQueued(/** @type {import('vitest/node').TestModule} */ module) {
    this.#running.add(module.relativeModuleId);
    this.#tell();
  }

  onTestCaseResult(/** @type {import('vitest/node').TestCase} */ test) {
    const { state } = test.result();
    if (state === 'passed') this.#passed += 1;
    if (state === 'failed') this.#failed += 1;
    this.#tell();
  }

  onTestModuleEnd(/** @type {import('vitest/node').TestModule} */ module) {
    this.#running.delete(module.relativeModuleId);
    const failedInATest = !module.children.allTests('failed').next().done;
    if (!module.ok() && !failedInATest) this.#failed += 1; // it did not load, or a hook failed
    this.#tell();
  }

  #tell() {
    process.send?.({ passed: this.#passed, failed: this.#failed, running: [...this.#running] });
  }
}
