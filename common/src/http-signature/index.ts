export { registerSignedRequests, type SignedRequests } from './fastify.ts';
export {
  type SignedCall,
  type SignedReply,
  type SignedStream,
  signedFetch,
  signedStreamFetch,
} from './fetch.ts';
export {
  accessTokenDigest,
  contentDigest,
  type KeyLookup,
  MAX_AGE_SECONDS,
  type SignedAnswer,
  type SignedMessage,
  signAnswer,
  signRequest,
  type VerifiedSignature,
  verifyAnswer,
  verifyRequest,
} from './message.ts';
