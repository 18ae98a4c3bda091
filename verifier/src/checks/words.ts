/** A sentence for people: Traditional Chinese as used in Taiwan, and English. */
export type Words = { readonly zh: string; readonly en: string };

const table = {
  'pdf.same': [
    'PDF 的每一頁都與所附檔案一致，沒有加上別的東西。',
    'Each page of the PDF says what the attached file says, and nothing was added.',
  ],
  'pdf.text-differs': [
    'PDF 頁面的文字與所附檔案不同。',
    'The text of the PDF’s pages differs from its attachment.',
  ],
  'pdf.altered': [
    'PDF 在機關製作之後被改過，或被別的程式重新存檔。',
    'The PDF was changed, or saved anew by a program, after the office made it.',
  ],
  'pdf.foreign': [
    '這個 PDF 不是機關製作的文件，或被別的程式重新存檔。',
    'This PDF is not as an office makes it, or was saved anew by a program.',
  ],
  'pdf.empty': ['這個 PDF 沒有附上可查驗的檔案。', 'This PDF has no file attached that could be checked.'],
  'seal.verified': [
    'PDF 有{name}的電子簽章，涵蓋整個檔案。',
    'The PDF is sealed by {name}, and the seal covers the whole file.',
  ],
  'seal.missing': ['PDF 沒有機關的電子簽章。', 'The PDF bears no seal of an office.'],
  'seal.wrong': [
    'PDF 的電子簽章不符：檔案或簽章被改過。',
    'The seal of the PDF does not match: the file or the seal was altered.',
  ],
  'seal.unknown-key': [
    'PDF 電子簽章的金鑰不在登記冊中：簽章者不明。',
    'The key of the PDF’s seal is not in the register: it is not known who sealed it.',
  ],
  'seal.other': [
    'PDF 是{name}簽章的，不是這份文件的簽發機關。',
    'The PDF is sealed by {name}, who is not the issuer of the document.',
  ],
  'seal.key-out-of-force': [
    'PDF 電子簽章的金鑰在簽章時（{sealed}）無效，或後來被廢止。請單獨查驗所附檔案。',
    'The key of the seal was not in force at {sealed}, or was revoked later. Check the attached file by itself.',
  ],
  'seal.no-trust': [
    '沒有信任清單，無法檢查 PDF 的電子簽章。',
    'The seal of the PDF cannot be checked without a trust list.',
  ],
  'form.read': ['檔案格式完整。', 'The file is well formed.'],
  'form.altered': [
    '這不是完整的信路檔案：格式不符，或內容被改過。',
    'This is not a whole Xinlu file: its form is wrong, or it was altered.',
  ],
  'trust.read': [
    '信任清單為真，登記冊第 {version} 版。',
    'The trust list is genuine, register version {version}.',
  ],
  'trust.missing': [
    '沒有信任清單，無法知道誰有權簽發。請用 --trust 指定。',
    'There is no trust list, so it is not known who may issue. Give one with --trust.',
  ],
  'trust.not-genuine': [
    '信任清單損壞，或不是登記機關所簽。',
    'The trust list is damaged, or the register did not sign it.',
  ],
  'signature.verified': [
    '{name}的簽章正確，內容一字未改。',
    'The signature of {name} is right: not a letter was changed.',
  ],
  'signature.wrong': [
    '簽章不符：內容或簽章被改過。',
    'The signature does not match: content or signature was altered.',
  ],
  'signature.unknown-key': [
    '簽章所用的金鑰不在登記冊中：簽發者不明。',
    'The signing key is not in the register: the issuer is unknown.',
  ],
  'signature.no-trust': [
    '沒有信任清單，無法檢查簽章。',
    'The signature cannot be checked without a trust list.',
  ],
  'key.in-force': ['簽章所用的金鑰在簽署時有效。', 'The signing key was in force when it signed.'],
  'key.early': ['簽署時間早於金鑰啟用（{from}）。', 'Signed before the key came into force ({from}).'],
  'key.expired': ['簽署時金鑰已停用（{until} 起）。', 'Signed with a key that had expired ({until}).'],
  'key.revoked-later': [
    '金鑰後來被廢止（{at}），但這份文件的存證序號 {index} 早於廢止的序號 {limit}，簽章仍然算數。',
    'The key was revoked later ({at}); the document stands in the ledger at {index}, before the revocation at {limit}, so its signature counts.',
  ],
  'key.revoked': [
    '金鑰已被廢止（{at}）：這份文件的存證序號 {index} 不早於廢止的序號 {limit}，簽章不算數。',
    'The key was revoked ({at}): the document stands in the ledger at {index}, not before the revocation at {limit}, so its signature does not count.',
  ],
  'key.revoked-unlogged': [
    '金鑰已被廢止（{at}），而檔案沒有存證證明，無法知道簽章在廢止之前或之後。',
    'The key was revoked ({at}), and without a ledger proof it is not known whether the signature was made before.',
  ],
  'issuer.entitled': [
    '{name}在簽發時有權簽發這種文件。',
    '{name} was entitled to issue this kind of document at that time.',
  ],
  'issuer.unknown': ['登記冊中沒有這個簽發者。', 'The register does not know this issuer.'],
  'issuer.other': [
    '文件自稱的簽發者，不是金鑰的擁有者。',
    'The issuer named in the document does not own the key.',
  ],
  'issuer.not-entitled': [
    '{name}無權簽發這種文件。',
    '{name} is not entitled to issue this kind of document.',
  ],
  'issuer.not-then': [
    '{name}在簽發時沒有登記，或當時無權簽發這種文件。',
    '{name} was not registered at the time of issue, or not yet or no longer entitled to issue this kind of document.',
  ],
  'issuer.no-trust': [
    '沒有信任清單，無法確認簽發者。',
    'The issuer cannot be confirmed without a trust list.',
  ],
  'disclosures.belong': [
    '揭露的 {count} 個欄位都屬於這份文件。',
    'Each of the {count} disclosed fields belongs to this document.',
  ],
  'disclosures.foreign': [
    '揭露的欄位有不屬於這份文件的，或被改過。',
    'A disclosed field does not belong to this document, or was altered.',
  ],
  'holder.proved': ['出示者證明了這份文件屬於他本人。', 'Who shows the document proved to be its holder.'],
  'holder.missing': [
    '要求出示者證明是本人，但檔案沒有持有人證明。',
    'The holder was asked for a proof, and the file has none.',
  ],
  'holder.unbound': [
    '文件沒有指名持有人的金鑰，所附的持有人證明不算數。',
    'The document names no key of a holder, so the holder proof in it proves nothing.',
  ],
  'holder.wrong': [
    '持有人證明不符：不是持有人的金鑰所簽，或不是為這份文件、這些欄位所簽。',
    'The holder proof does not match: it is not signed with the holder’s key, or not for this document and these fields.',
  ],
  'holder.elsewhere': [
    '持有人證明是給別的查驗者的（{audience}），被拿來這裡使用。',
    'The holder proof was made for another verifier ({audience}) and is replayed here.',
  ],
  'holder.replayed': [
    '持有人證明被重複使用：它回答的不是這一次的提問。',
    'Replayed holder proof: it does not answer the challenge of this time, or was used before.',
  ],
  'holder.stale': ['持有人證明是 {made} 所簽，不是現在。', 'The holder proof was made at {made}, not now.'],
  'holder.not-asked': [
    '檔案附有給「{audience}」的持有人證明；這次沒有提問，無法判斷出示者是不是本人。',
    'The file carries a holder proof for “{audience}”; nobody asked for it here, so it is not known whether the holder herself shows it.',
  ],
  'principal.signed': [
    '當事人以通行金鑰親自簽署，簽的就是這份內容（{name}確認是本人的金鑰）。',
    'Signed by the citizen with a passkey over exactly this ({name} says whose passkey it is).',
  ],
  'principal.other': [
    '當事人所簽的內容，與這份收據不符。',
    'What the citizen signed is not what this receipt says.',
  ],
  'principal.not-vouched': [
    '登記冊中沒有身分驗證機關確認這把通行金鑰是當事人的。',
    'No identity provider of the register says that this passkey is the citizen’s.',
  ],
  'principal.wrong': [
    '當事人的通行金鑰簽章不符，或簽署時沒有確認本人。',
    'The passkey’s signature does not match, or its user was not verified.',
  ],
  'principal.unlogged': [
    '身分驗證機關的金鑰後來撤銷了；檔案沒有存證證明，無法知道是否在撤銷前簽署。',
    'The key of the identity provider was revoked since; without a ledger proof it is not known whether she signed before that.',
  ],
  'principal.no-trust': [
    '沒有信任清單，無法檢查當事人的簽章。',
    'The citizen’s signature cannot be checked without a trust list.',
  ],
  'time.within': ['在有效期間內（{at}）。', 'Within its time of validity ({at}).'],
  'time.early': ['尚未生效：{from} 起有效。', 'Not valid yet: valid from {from}.'],
  'time.late': ['已過期：有效至 {until}。', 'Expired: valid until {until}.'],
  'time.malformed': ['文件的時間欄位不合規定。', 'The times in the document are malformed.'],
  'log.included': [
    '已存於公開存證簿，序號 {index}（從 0 起算），全簿共 {size} 筆。',
    'Stands in the public ledger at index {index} (counted from 0) of {size} entries.',
  ],
  'log.not-included': [
    '存證證明不符：這份文件不在所稱的位置。',
    'The ledger proof does not match: the document does not stand where it claims.',
  ],
  'log.missing': [
    '檔案沒有存證證明，無法知道是否已存證。',
    'The file has no ledger proof, so it is not known whether it stands in the ledger.',
  ],
  'checkpoint.signed': [
    '存證簿 {origin} 的檢查點簽章正確。',
    'The checkpoint is signed by the ledger {origin}.',
  ],
  'checkpoint.wrong': [
    '檢查點的簽章不符，或屬於別的存證簿。',
    'The checkpoint is not signed by the trusted ledger, or belongs to another ledger.',
  ],
  'checkpoint.no-trust': [
    '沒有信任清單，無法檢查存證簿的簽章。',
    'The ledger’s signature cannot be checked without a trust list.',
  ],
  'checkpoint.missing': ['檔案沒有檢查點。', 'The file has no checkpoint.'],
  'witnesses.enough': [
    '{count} 個見證單位確認過這個檢查點（至少需 {quorum} 個）。',
    '{count} witnesses confirmed this checkpoint (at least {quorum} are needed).',
  ],
  'witnesses.too-few': [
    '見證不足：只有 {count} 個見證單位確認過這個檢查點，至少需 {quorum} 個。',
    'Too few witnesses: {count} confirmed this checkpoint, and at least {quorum} are needed.',
  ],
  'anchor.final': [
    '檢查點已錨定在鏈 {chain} 的區塊 {block}，已上鏈確定（依存證簿機關所簽聲明）。',
    'The checkpoint is anchored on chain {chain} in block {block}, final (by the ledger operator’s signed statement).',
  ],
  'anchor.not-final': [
    '檢查點尚未上鏈確定（目前：{state}）。請稍後取得新檔案。',
    'The anchor of the checkpoint is not final yet (now: {state}). Fetch the file again later.',
  ],
  'anchor.missing': ['檔案沒有錨定證明。', 'The file has no evidence of an anchor.'],
  'anchor.forged': [
    '錨定證明不是存證簿機關所簽，或被改過。',
    'The anchor evidence is not signed by the ledger operator, or was altered.',
  ],
  'anchor.key-out-of-force': [
    '錨定證明所用的金鑰在簽署時無效，或後來被廢止。請重新取得檔案。',
    'The key of the anchor evidence was not in force, or was revoked. Fetch the file again.',
  ],
  'anchor.mismatch': [
    '錨定證明屬於別的檢查點或別的合約。',
    'The anchor evidence belongs to another checkpoint or contract.',
  ],
  'anchor.wrong-network': [
    '錨定在別的區塊鏈：鏈 {chain}，而信任清單所指的是鏈 {trusted}。',
    'Anchored on another network: chain {chain}, while the trust list names chain {trusted}.',
  ],
  'anchor.no-trust': ['沒有信任清單，無法檢查錨定。', 'The anchor cannot be checked without a trust list.'],
  'block.proven': [
    '區塊 {block} 本身證明合約收下了這個檢查點；任何人都可查這個區塊的雜湊值 {hash}。',
    'Block {block} itself proves that the contract took this checkpoint; anybody can look up its hash {hash}.',
  ],
  'block.named': [
    '信任清單所列的已確定區塊 {block} 證明合約收下了這個檢查點。',
    'Block {block}, which the trust list names as final, proves that the contract took this checkpoint.',
  ],
  'block.not-proven': [
    '所附的區塊不能證明合約收下了這個檢查點，或不是聲明所指的區塊。',
    'The block given does not prove that the contract took this checkpoint, or is not the one stated.',
  ],
  'chain.final': [
    '已連線查鏈：合約中有這個檢查點，已上鏈確定。',
    'Looked at the chain: the contract holds this checkpoint in a final block.',
  ],
  'chain.not-final': [
    '已連線查鏈：合約有這個檢查點，但尚未上鏈確定。',
    'Looked at the chain: the contract holds this checkpoint, not final yet.',
  ],
  'chain.absent': [
    '已連線查鏈：合約沒有這個檢查點。',
    'Looked at the chain: the contract does not hold this checkpoint.',
  ],
  'chain.conflict': [
    '已連線查鏈：合約對這個大小記載了另一個根值。',
    'Looked at the chain: the contract holds another root for this size.',
  ],
  'chain.wrong-network': [
    '連到的鏈不是信任清單所指的鏈或合約。',
    'The chain that answered is not the one in the trust list, or has no such contract.',
  ],
  'chain.unreachable': [
    '無法連線查鏈，或回答不完整。',
    'The chain could not be reached, or did not answer properly.',
  ],
  'chain.nothing': ['沒有檢查點或合約可查。', 'There is no checkpoint or contract to look up.'],
  'status.valid': [
    '未被註銷（廢止）或停用（狀態清單 {issued}）。',
    'Neither revoked nor suspended (status list of {issued}).',
  ],
  'status.revoked': [
    '已被簽發機關註銷（廢止；狀態清單 {issued}）。',
    'Revoked by its issuer (status list of {issued}).',
  ],
  'status.suspended': [
    '目前被簽發機關停用（狀態清單 {issued}）。',
    'Suspended by its issuer (status list of {issued}).',
  ],
  'status.superseded': [
    '已由新文件取代（狀態清單 {issued}）。',
    'Superseded by a newer document (status list of {issued}).',
  ],
  'status.stale': [
    '狀態清單已過時：到 {issued} 為止未被註銷（廢止），之後無法得知。',
    'The status list is out of date: not revoked as of {issued}, not known since.',
  ],
  'status.revoked-since': [
    '{issued} 的狀態清單說已被註銷（廢止）或取代；在所問的時點是否已經如此，無法得知。',
    'By {issued} it was revoked or superseded; whether it already was at the moment asked about is not known.',
  ],
  'status.later': [
    '只有 {issued} 的狀態清單：在所問的時點尚未被註銷（廢止），但是否停用中無法得知。',
    'There is only a status list of {issued}: not revoked at the moment asked about, but it is not known whether it was suspended.',
  ],
  'status.key-revoked': [
    '狀態清單所用的金鑰已被廢止，這份清單不算數。請向簽發機關取得新的清單。',
    'The key of the status list was revoked, so the list does not count. Get a newer one from the issuer.',
  ],
  'status.missing': [
    '沒有狀態清單，無法知道是否已被註銷（廢止）。',
    'There is no status list, so it is not known whether it was revoked.',
  ],
  'status.not-genuine': [
    '所給的狀態清單不是這個簽發機關為這份文件所簽。',
    'The status list given was not signed by this issuer for this document.',
  ],
  'status.altered': ['檔案內的狀態清單被改過。', 'The status list inside the file was altered.'],
  'status.malformed': ['文件的狀態欄位不合規定。', 'The status reference of the document is malformed.'],
  'status.no-trust': [
    '沒有信任清單，無法檢查狀態清單。',
    'The status list cannot be checked without a trust list.',
  ],
} as const satisfies Record<string, readonly [zh: string, en: string]>;

export type WordsCode = keyof typeof table;

/** The sentence of a code, with its values in place. */
export function wordsFor(code: WordsCode, values: Record<string, string> = {}): Words {
  const [zh, en] = table[code];
  const fill = (text: string, language: 'zh' | 'en') =>
    text.replace(/\{(\w+)\}/g, (_, key: string) => values[`${key}.${language}`] ?? values[key] ?? '');
  return { zh: fill(zh, 'zh'), en: fill(en, 'en') };
}
