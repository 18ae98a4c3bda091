import { retryable } from '../errors/index.ts';

/**
 * The chunks of a source that must not stand still: none may take longer than `milliseconds` after it was asked for. How long
 * the reader takes between two does not count.
 */
export async function* impatiently<T>(source: AsyncIterable<T>, milliseconds: number): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let stalled = false;
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          stalled = true;
          reject(retryable('stream-stalled', 'The other side stopped sending.', { status: 502 }));
        }, milliseconds);
      });
      try {
        const { done, value } = await Promise.race([iterator.next(), late]);
        if (done === true) return;
        yield value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    // One that stands still would not return either; its owner ends it.
    const ending = iterator.return?.();
    ending?.catch(() => undefined);
    if (!stalled) await ending;
  }
}
