/** Takes the processor time of each call, and keeps the slowest with its name. */
export class Watch {
  slowestMs = 0;
  slowest = '';
  calls = 0;

  run<T>(name: string, action: () => T): T {
    const start = process.cpuUsage();
    const result = action();
    const { user, system } = process.cpuUsage(start);
    const ms = (user + system) / 1000;
    this.calls += 1;
    if (ms > this.slowestMs) {
      this.slowestMs = ms;
      this.slowest = name;
    }
    return result;
  }
}
