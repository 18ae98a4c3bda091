import { createServer } from 'node:net';
import { portNames } from './country.mjs';
import { Fault } from './fault.mjs';

/**
 * Refuses to go on when a port of the block is held by somebody else.
 * @param {Record<string, number>} ports by name
 */
export async function checkPorts(ports) {
  const taken = (
    await Promise.all(
      Object.entries(ports).map(async ([name, port]) => ((await isFree(port)) ? [] : [{ name, port }])),
    )
  ).flat();
  if (taken.length === 0) return;
  const [{ name, port }] = taken;
  const [zh, en] = portNames[name];
  throw new Fault(
    `連接埠 ${port} 已被占用（${zh}要用）：請停止占用它的程式，或以 XINLU_PORT 指定另一段連接埠。`,
    `Port ${port} is in use (wanted by the ${en}): stop the program that holds it, or set XINLU_PORT to another block.`,
  );
}

async function isFree(port) {
  // A browser may take `localhost` for either address; a stranger on one of them would be taken for us.
  const free = await Promise.all(['127.0.0.1', '::1'].map((host) => canListen(host, port)));
  return free.every(Boolean);
}

function canListen(host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error) => {
      if (['EADDRINUSE', 'EACCES'].includes(error.code)) resolve(false);
      else if (['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code)) resolve(true);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
