import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { openLogFile } from '../log-file.mjs';
import { serviceLog } from '../service-log.mjs';

const folder = () => mkdtempSync(join(tmpdir(), 'xinlu-logs-'));

describe('the log of a service', () => {
  test('when a line tells an error, then it is remembered in words and every line is kept', async () => {
    const path = join(folder(), 'idp.log');
    const log = serviceLog({ path });
    const stream = new PassThrough();
    log.attach(stream);
    const text =
      '{"level":"info","msg":"ready"}\n{"level":"fatal","code":"config","msg":"PORT is missing"}\n{"level":"info","msg":"bye"}\n';
    for (const part of [text.slice(0, 45), text.slice(45)]) stream.write(part);
    await new Promise((resolve) => stream.end(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(log.lastError()).toBe('config: PORT is missing');
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  test('when the file reaches its size, then it is put aside and nothing is lost', () => {
    const path = join(folder(), 'idp.log');
    const file = openLogFile(path, { maxBytes: 100 });
    for (let number = 0; number < 15; number += 1) file.write(`line ${number} of ten bytes\n`);
    file.close();
    const kept = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8');
    expect(kept).toContain('line 14 of');
    expect(readFileSync(`${path}.1`, 'utf8').length).toBeGreaterThanOrEqual(100);
  });

  test('when the disk refuses, then the fault is told once and the writer goes on', () => {
    const faults = [];
    const file = openLogFile('/dev/full', { onFault: (error) => faults.push(error.code) });
    for (let number = 0; number < 3; number += 1) file.write('line\n');
    expect(faults).toEqual(['ENOSPC']);
  });
});
