import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * A vitest reporter that leaves the sum of a run in the file named by XINLU_TEST_SUM. A test file that cannot be
 * loaded and an error outside any test count as failures.
 */
export default class SumReporter {
  onTestRunEnd(testModules, unhandledErrors) {
    const file = process.env.XINLU_TEST_SUM;
    if (!file) return;
    const sum = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of testModules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state in sum) sum[state] += 1;
        else sum.failed += 1;
      }
      const broken =
        module.errors().length > 0 ||
        [...module.children.allSuites()].some((suite) => suite.errors().length > 0);
      if (broken) sum.failed += 1;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(sum));
  }
}
