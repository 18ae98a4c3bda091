export { type AppInstance, buildHttp, type HttpOptions, listen } from './base.ts';
export { clientCertificateOf } from './client-certificate.ts';
export { allowFormAction, cspNonce } from './headers.ts';
export type { Measure } from './metrics.ts';
export { type Problem, problemOf, sendProblem } from './problem.ts';
