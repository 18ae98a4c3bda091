export { decryptStream, encryptStream, HEADER_BYTES, RECORD_BYTES, RECORD_OVERHEAD } from './aes128gcm.ts';
export { type Frame, frame, jsonFrame, readFrames, readJson, STREAM_MEDIA_TYPE } from './frames.ts';
export { impatiently } from './patience.ts';
