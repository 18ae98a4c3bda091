/** Object identifiers of the government PKI profile, by role. */
export const Oid = {
  commonName: '2.5.4.3',
  serialNumber: '2.5.4.5',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',

  subjectDirectoryAttributes: '2.5.29.9',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  authorityKeyIdentifier: '2.5.29.35',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  caIssuers: '1.3.6.1.5.5.7.48.2',
  ocspBasic: '1.3.6.1.5.5.7.48.1.1',
  ocspNonce: '1.3.6.1.5.5.7.48.1.2',

  sha256WithRsa: '1.2.840.113549.1.1.11',
  rsaEncryption: '1.2.840.113549.1.1.1',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256: '2.16.840.1.101.3.4.2.1',

  cmsData: '1.2.840.113549.1.7.1',
  cmsSignedData: '1.2.840.113549.1.7.2',
  cmsContentType: '1.2.840.113549.1.9.3',
  cmsMessageDigest: '1.2.840.113549.1.9.4',
  cmsSigningTime: '1.2.840.113549.1.9.5',

  /** Assurance level 3 of the government PKI: keys on a card, identity proved in person. */
  policyClass3: '2.16.886.101.0.3.3',
  /** Subject directory attributes of the profile. */
  subjectClass: '2.16.886.1.100.2.1',
  cardKind: '2.16.886.1.100.2.2',
  tailOfCitizenId: '2.16.886.1.100.2.51',
  businessNumber: '2.16.886.1.100.2.101',
  organisationOid: '2.16.886.1.100.2.102',
  /** Subject class of a natural person who is a citizen. */
  citizenClass: '2.16.886.1.100.3.1.1',
} as const;
