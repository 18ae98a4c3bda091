import { useEffect, useState } from 'react';
import { useTranslate } from 'react-admin';
import { Mono } from './facts.tsx';

async function sha256(certificate: string): Promise<string> {
  const der = Uint8Array.from(atob(certificate), (character) => character.charCodeAt(0));
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', der));
  return [...digest].map((octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join(':');
}

/** A certificate by its SHA-256, as an operator compares it with what the authority has published. */
export function CertificatePrint({ certificate }: { certificate: string }) {
  const t = useTranslate();
  const [print, setPrint] = useState('');
  useEffect(() => {
    sha256(certificate).then(setPrint, () => setPrint('—'));
  }, [certificate]);
  return (
    <>
      {t('certificate_print')} <Mono>{print}</Mono>
    </>
  );
}
