import { useTranslate } from 'react-admin';
import { ApiError } from '../api.ts';

/** Words for a refusal: by its stable code where there are words, else what the server said. */
export function useProblemText(): (error: unknown) => string {
  const t = useTranslate();
  return (error) => {
    if (!(error instanceof ApiError)) return t('ra.message.error');
    return t(`problem.${error.code}`, { _: error.message });
  };
}
