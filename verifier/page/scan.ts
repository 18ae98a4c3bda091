import { type PrintCode, readCode } from './print-code.ts';

/** Between two looks at what the camera sees, in milliseconds. */
const lookEvery = 200;
/** Wider pictures are made smaller first: a code is found sooner, and phones stay cool. */
const widest = 800;

export type Scan = { readonly found: Promise<PrintCode | undefined>; stop(): void };

/**
 * Looks through the camera for the QR code of a paper. Pictures stay in this page.
 *
 * @returns `found` is undefined once stopped; it throws if there is no camera or the reader does not allow it
 */
export async function startScan(video: HTMLVideoElement): Promise<Scan> {
  const [{ default: decode }, stream] = await Promise.all([
    import('qr/decode.js'),
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } }),
  ]);
  video.srcObject = stream;
  await video.play();
  let stopped = false;
  const stop = () => {
    stopped = true;
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  const look = async (): Promise<PrintCode | undefined> => {
    while (!stopped) {
      const code = codeIn(video, decode);
      if (code) {
        stop();
        return code;
      }
      await new Promise((resolve) => setTimeout(resolve, lookEvery));
    }
    return undefined;
  };
  return { found: look(), stop };
}

function codeIn(video: HTMLVideoElement, decode: (image: ImageData) => string): PrintCode | undefined {
  const scale = Math.min(1, widest / (video.videoWidth || 1));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(video.videoWidth * scale);
  canvas.height = Math.round(video.videoHeight * scale);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context || canvas.width === 0 || canvas.height === 0) return undefined;
  context.drawImage(video, 0, 0, canvas.width, canvas.height);
  try {
    return readCode(decode(context.getImageData(0, 0, canvas.width, canvas.height)));
  } catch {
    // No code in this picture, or none that can be read.
    return undefined;
  }
}
