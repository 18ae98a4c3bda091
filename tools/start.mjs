import { placesOf, readSettings } from './country.mjs';
import { openDataFolder } from './data-folder.mjs';
import { report } from './fault.mjs';
import { build, prepare } from './prepare.mjs';
import { endRunningCommands } from './run-command.mjs';
import { readyScreen } from './screen.mjs';

/** Two signals within this time are one: npm passes on the Ctrl-C that the terminal has already sent to all. */
const sameKeypressMilliseconds = 700;

const say = (zh, en) => process.stderr.write(`信路 ${zh} | ${en}\n`);

/**
 * `npm start`: prepares, starts the country, and stays until told to stop.
 * @param {{ listServices?: typeof import('./country.mjs').servicesOf, buildAll?: typeof build }} [options]
 * @returns {Promise<number>} the exit code
 */
export async function start({ listServices, buildAll = build } = {}) {
  const life = stopRequests();
  let lock;
  let country;
  try {
    const settings = readSettings();
    const runtime = await life.unlessStopped(prepare({ say }));
    lock = await openDataFolder(settings.data);
    // Only now: it stands on packages that have just been installed.
    const { startCountry } = await import('./country-start.mjs');
    const began = Date.now();
    const builds = buildAll(runtime, { say });
    country = startCountry({ settings, runtime, builds, say, giveUp: life.giveUp, listServices });
    life.onHurry(() => country.hurry());
    const { urls } = await life.unlessStopped(country.ready);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    process.stdout.write(
      readyScreen({ urls, data: placesOf(settings).data, cardPort: settings.cardPort, seconds }),
    );
    await life.stopped;
    return await close(0);
  } catch (error) {
    return await close(error === life.asked ? 0 : report(error));
  }

  async function close(code) {
    endRunningCommands();
    try {
      announceLeaving(lock);
      if (country) say('正在停止…', 'Stopping…');
      await country?.stop({ hurry: life.hurried() });
      if (country) say('已停止。', 'Stopped.');
      return code;
    } catch (error) {
      return report(error);
    } finally {
      lock?.release();
    }
  }
}

/** Whoever waits for the folder may know; on a full disk he will have to try again. */
function announceLeaving(lock) {
  try {
    lock?.update({ leaving: true });
  } catch {
    return;
  }
}

/**
 * Ctrl-C, a signal, the end of the npm that started us, or a fault that ends all.
 */
function stopRequests() {
  const asked = new Error('stop asked for');
  let firstAt;
  let hurried = false;
  let hurry = () => undefined;
  let settle;
  const stopped = new Promise((resolve, reject) => {
    settle = { resolve, reject };
  });
  stopped.catch(() => undefined);

  const onSignal = () => {
    const now = Date.now();
    if (firstAt === undefined) {
      firstAt = now;
      settle.resolve();
      return;
    }
    if (now - firstAt < sameKeypressMilliseconds || hurried) return;
    hurried = true;
    say('立即停止。', 'Stopping at once.');
    hurry();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal);
  watchParent(onSignal);

  return {
    asked,
    stopped,
    giveUp: (fault) => settle.reject(fault),
    hurried: () => hurried,
    onHurry: (action) => {
      hurry = action;
    },
    /** The work's result, unless a stop is asked for first. */
    unlessStopped: (work) =>
      Promise.race([
        work,
        stopped.then(() => {
          throw asked;
        }),
      ]),
  };
}

/** npm does not always pass a signal on: when the npm that started us is gone, we go too. */
function watchParent(onGone) {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 500);
  timer.unref();
}
