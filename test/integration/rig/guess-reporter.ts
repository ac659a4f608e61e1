import type { Reporter, TestModule } from 'vitest/node';

/** Prints how many tests rest on guessed rows, and on which. */
export default class GuessReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const guessed = tests.map((test) => test.meta().guessed ?? []).filter((rows) => rows.length > 0);
    const rows = [...new Set(guessed.flat())].sort();
    if (guessed.length > 0)
      console.log(`${guessed.length} tests followed guesses of docs/facts.md: ${rows.join(', ')}`);
  }
}
