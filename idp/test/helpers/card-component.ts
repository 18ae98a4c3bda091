import { createServer } from 'node:http';
import type { Card } from './cards.ts';

/** A card component on this computer that speaks the HiPKI popup protocol, with one card in its reader. */
export type CardComponent = {
  origin: string;
  insert(card: Card | undefined): void;
  pin: string;
  close(): Promise<void>;
};

const PAGE = `<!doctype html><meta charset="utf-8"><title>card</title><script>
addEventListener('message', async (event) => {
  if (event.source !== opener) return;
  const answer = await fetch('/sign', { method: 'POST', body: event.data });
  opener.postMessage(await answer.text(), event.origin);
  window.close();
});
opener.postMessage(JSON.stringify({ func: 'getTbs' }), '*');
</script>`;

export async function startCardComponent(): Promise<CardComponent> {
  let inserted: Card | undefined;
  const component = { pin: '123456' };
  const server = createServer(async (request, response) => {
    if (request.url === '/popupForm') return response.setHeader('content-type', 'text/html').end(PAGE);
    if (request.url !== '/sign') return response.writeHead(404).end();
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const question = JSON.parse(Buffer.concat(chunks).toString()) as { tbs: string; pin: string };
    const failure =
      inserted === undefined
        ? [0x76000006, 0]
        : question.pin === component.pin
          ? undefined
          : [0x76100006, 0xa0];
    return response.end(
      JSON.stringify({
        func: 'sign',
        ret_code: failure?.[0] ?? 0,
        last_error: failure?.[1] ?? 0,
        signature: failure === undefined ? inserted?.sign(question.tbs).toString('base64') : '',
        certb64: failure === undefined ? inserted?.der.toString('base64') : '',
      }),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return Object.assign(component, {
    origin: `http://localhost:${port}`,
    insert: (card: Card | undefined) => {
      inserted = card;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
}
