import { refused } from '@xinlu/common/errors';
import type { MyDataDetail, Participant } from '@xinlu/common/wire';
import { parseMyDataDetail } from '@xinlu/common/wire';
import type { Catalogue, Purpose } from './catalogue.ts';
import { addDuration, daysOf } from './duration.ts';

export type DetailRules = {
  catalogue: Catalogue;
  /** The relying party that asks. */
  client: Participant;
  /** An active participant by id. */
  participant(id: string): Participant | undefined;
  now: Date;
};

function wrong(code: string, message: string): never {
  throw refused(code, message);
}

function purposeOf(detail: MyDataDetail, rules: DetailRules): Purpose {
  const purpose = rules.catalogue.purposes.get(detail.purpose);
  if (purpose === undefined) wrong('purpose-unknown', `There is no purpose ${detail.purpose}.`);
  const allowed = rules.client.relyingParty?.purposes.includes(purpose.id) === true;
  if (!allowed || !purpose.kinds.includes(rules.client.kind)) {
    wrong('purpose-not-admitted', `This party is not admitted to the purpose ${purpose.id}.`);
  }
  return purpose;
}

function checkFields(detail: MyDataDetail, purpose: Purpose, rules: DetailRules): void {
  const dataset = rules.catalogue.datasets.get(detail.dataset);
  if (dataset === undefined) wrong('dataset-unknown', `There is no dataset ${detail.dataset}.`);
  const provider = rules.participant(detail.provider);
  if (dataset.provider !== detail.provider || provider?.provider?.datasets.includes(dataset.id) !== true) {
    wrong('provider-wrong', `${detail.provider} does not provide ${detail.dataset}.`);
  }
  const unknown = detail.fields.filter((field) => !Object.hasOwn(dataset.fields, field));
  if (unknown.length > 0) wrong('field-unknown', `${detail.dataset} has no field ${unknown.join(', ')}.`);
  const verified = purpose.ceilings.verification?.checks[detail.dataset];
  const ceiling =
    detail.verify === true ? verified && Object.keys(verified) : purpose.ceilings.datasets[detail.dataset];
  if (ceiling === undefined) {
    wrong('dataset-beyond-purpose', `${purpose.id} does not cover ${detail.dataset}.`);
  }
  const beyond = detail.fields.filter((field) => !ceiling.includes(field));
  if (beyond.length > 0) {
    wrong('field-beyond-purpose', `${purpose.id} does not cover ${detail.dataset}: ${beyond.join(', ')}.`);
  }
  const optional = detail.optional ?? [];
  if (optional.some((field) => !detail.fields.includes(field))) {
    wrong('optional-unknown', 'Each optional field must be among the fields.');
  }
  if (optional.length === detail.fields.length) {
    wrong('nothing-required', 'At least one field of each dataset must not be optional.');
  }
}

/** Gives the detail with its frequency written out: a standing consent that names none gets the purpose's own. */
function checkExtent(detail: MyDataDetail, purpose: Purpose, now: Date): MyDataDetail {
  const { standing, retention } = purpose.ceilings;
  if (daysOf(detail.retention) > daysOf(retention) || daysOf(detail.retention) === 0) {
    wrong('retention-beyond-purpose', `${purpose.id} lets data be kept for ${retention} at most.`);
  }
  if (detail.until === undefined) {
    if (detail.frequency !== undefined) wrong('frequency-without-until', 'Data used once has no frequency.');
    return detail;
  }
  if (standing === undefined) wrong('once-only', `${purpose.id} allows a single use only.`);
  const until = new Date(detail.until);
  if (!(until > now)) wrong('until-past', 'The end of the consent must lie in the future.');
  if (until > addDuration(now, standing.longest)) {
    wrong('until-beyond-purpose', `${purpose.id} allows ${standing.longest} at most.`);
  }
  const frequency = detail.frequency ?? standing.frequency;
  // Not the average: a large count over a long period could be used up within an hour. A period beyond the longest consent
  // would say nothing more, and beyond the calendar it could not be counted.
  const { count, period } = standing.frequency;
  const days = daysOf(frequency.period);
  const within = days >= daysOf(period) && days <= Math.max(daysOf(standing.longest), daysOf(period));
  if (frequency.count > count || !within) {
    wrong('frequency-beyond-purpose', `${purpose.id} allows ${count} per ${period} at most.`);
  }
  return { ...detail, frequency };
}

/** One element of a request against catalogue and register. Refusals carry a code that names what is too much. */
export function checkDetail(unverifiedDetail: unknown, rules: DetailRules): MyDataDetail {
  const detail = parseMyDataDetail.parse(unverifiedDetail);
  const purpose = purposeOf(detail, rules);
  checkFields(detail, purpose, rules);
  return checkExtent(detail, purpose, rules.now);
}

/** A whole request: one purpose, one extent, each dataset once. */
export function checkDetails(unverifiedDetails: unknown, rules: DetailRules): MyDataDetail[] {
  if (!Array.isArray(unverifiedDetails) || unverifiedDetails.length === 0 || unverifiedDetails.length > 20) {
    wrong('details-missing', 'authorization_details must hold 1 to 20 elements of type mydata.');
  }
  const details = unverifiedDetails.map((detail) => checkDetail(detail, rules));
  if (new Set(details.map((detail) => detail.purpose)).size > 1) {
    wrong('purposes-mixed', 'A request serves one purpose.');
  }
  // She is shown one period, one frequency and one retention: what she sees is what every element says.
  if (new Set(details.map((detail) => detail.until)).size > 1) {
    wrong('until-mixed', 'All elements of a request end at the same time.');
  }
  const rhythm = (detail: MyDataDetail) => `${detail.frequency?.count}/${detail.frequency?.period}`;
  if (new Set(details.map(rhythm)).size > 1) {
    wrong('frequency-mixed', 'All elements of a request have the same frequency.');
  }
  if (new Set(details.map((detail) => detail.retention)).size > 1) {
    wrong('retention-mixed', 'All elements of a request are kept equally long.');
  }
  if (new Set(details.map((detail) => detail.dataset)).size < details.length) {
    wrong('dataset-twice', 'Each dataset is named once.');
  }
  return details;
}
