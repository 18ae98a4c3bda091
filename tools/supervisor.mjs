import { Fault, toFault } from './fault.mjs';
import { endProcess, identify } from './process-identity.mjs';

const deathsAllowed = 5;
const startMilliseconds = 60_000;
const longestPause = 15_000;

/**
 * Keeps one process alive: started again with a growing pause when it dies; five deaths within the first minute
 * are taken as a fault that starting again does not mend.
 * @param {{
 *   id: string, name: [zh: string, en: string],
 *   launch: () => Promise<import('node:child_process').ChildProcess>,
 *   release?: (child: import('node:child_process').ChildProcess) => void,
 *   stopSteps: { signal: NodeJS.Signals, milliseconds: number }[],
 *   hurrySteps?: { signal: NodeJS.Signals, milliseconds: number }[],
 *   lastWords?: () => string,
 * }} unit
 * @param {{
 *   processes: { remember(name: string, pid: number): void, forget(name: string): void },
 *   say: (zh: string, en: string) => void, giveUp: (fault: Fault) => void,
 *   now?: () => number, firstPause?: number,
 * }} deps
 */
export function supervise(unit, { processes, say, giveUp, now = Date.now, firstPause = 250 }) {
  const [zh, en] = unit.name;
  const began = now();
  let current;
  let stopping = false;
  let earlyDeaths = 0;
  let pause = firstPause;
  let timer;
  let launching = Promise.resolve();

  function launch() {
    launching = (async () => {
      const child = await unit.launch();
      const life = { child, pid: child.pid, identity: identify(child.pid), began: now() };
      current = life;
      const ended = () => died(life);
      if (child.exitCode !== null || child.signalCode !== null) ended();
      else child.once('exit', ended);
      processes.remember(unit.id, child.pid);
    })();
    return launching;
  }

  function died(life) {
    current = undefined;
    if (stopping) return;
    const how = life.child.signalCode ?? life.child.exitCode;
    const words = unit.lastWords?.() ?? '';
    if (now() - life.began > startMilliseconds) pause = firstPause;
    again(`（${how}${words && `：${words}`}）`, ` (${how}${words && `: ${words}`})`);
  }

  function again(zhReason, enReason) {
    if (now() - began < startMilliseconds) earlyDeaths += 1;
    if (earlyDeaths >= deathsAllowed) {
      giveUp(
        new Fault(`${zh}一再中止，放棄啟動${zhReason}。`, `The ${en} kept dying; giving up${enReason}.`),
      );
      return;
    }
    say(`${zh}中止，重新啟動${zhReason}。`, `The ${en} died, starting it again${enReason}.`);
    timer = setTimeout(() => {
      launch().catch((error) => {
        const fault = toFault(error);
        if (!stopping) again(`（${fault.zh}）`, ` (${fault.en})`);
      });
    }, pause);
    pause = Math.min(pause * 2, longestPause);
  }

  return {
    start: launch,
    /** Resolves once the process has ended, at the latest by force. */
    async stop({ hurry = false } = {}) {
      stopping = true;
      clearTimeout(timer);
      await launching.catch(() => undefined);
      const life = current;
      if (life !== undefined) {
        unit.release?.(life.child);
        await endProcess(life, hurry ? (unit.hurrySteps ?? unit.stopSteps) : unit.stopSteps);
      }
      processes.forget(unit.id);
    },
    /** Cuts a stop that is under way short. */
    hurry() {
      if (current !== undefined) current.child.kill((unit.hurrySteps ?? unit.stopSteps)[0].signal);
    },
  };
}
