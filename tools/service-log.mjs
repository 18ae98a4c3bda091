import { openLogFile } from './log-file.mjs';

/** pino's levels, which a service writes as words or as numbers. */
const levels = { trace: 10, debug: 20, info: 30, warn: 40, error: 50, fatal: 60 };

/**
 * Takes a service's output (pino lines) to its log file, and remembers in words what it last said of an error.
 * @param {{ path: string, onFault?: (error: Error) => void }} options
 */
export function serviceLog({ path, onFault }) {
  const file = openLogFile(path, { onFault });
  let lastError = '';

  function look(line) {
    const entry = parse(line);
    if (entry === undefined) {
      if (line.trim() !== '' && !/^\s+at |^Node\.js v|^\s*\^/.test(line)) lastError = line.trim();
      return;
    }
    if (entry.level >= levels.error) lastError = inWords(entry);
  }

  return {
    /** Reads one output of one life of the service. */
    attach(stream) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (chunk) => {
        file.write(chunk);
        const lines = (rest + chunk).split('\n');
        rest = lines.pop().slice(-65_536);
        for (const line of lines) look(line);
      });
      stream.on('error', () => undefined);
    },
    /** What the service last said of an error, for the line that reports its end. */
    lastError: () => lastError,
    close: () => file.close(),
  };
}

function parse(line) {
  if (!line.startsWith('{')) return undefined;
  try {
    const entry = JSON.parse(line);
    const level = levels[entry.level] ?? entry.level;
    return typeof level === 'number' ? { ...entry, level } : undefined;
  } catch {
    return undefined;
  }
}

function inWords({ msg, code, err }) {
  const parts = [code, msg, err?.message].filter((part) => typeof part === 'string' && part !== '');
  return [...new Set(parts)].join(': ');
}
