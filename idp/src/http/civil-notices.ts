import type { AppInstance } from '@xinlu/common/http';
import type { SignedRequests } from '@xinlu/common/http-signature';
import { CivilNotice } from '@xinlu/common/wire';
import { applyCivilNotice, type CivilNoticeServices } from '../domain/person/civil-notices.ts';

/** Life events from the civil registry; every call is signed by RFC 9421, and the answer is the same for everybody. */
export function registerCivilNotices(
  app: AppInstance,
  signed: SignedRequests,
  services: CivilNoticeServices,
  now: () => Date,
): void {
  app.post(
    '/civil-notices',
    {
      schema: { tags: ['civil registry'], body: CivilNotice },
      preHandler: signed.requireSigned('civil-registry'),
    },
    async (request, reply) => {
      await applyCivilNotice(services, request.body, now());
      return reply.code(204).send();
    },
  );
}
