import { runLogWatch } from './log-watch.ts';
import { runMerkleVerify } from './merkle-verify.ts';
import { runVerify } from './verify.ts';

/** One command of `npx xinlu`. */
export type Command = {
  /** The words after `xinlu`. */
  readonly name: string[];
  readonly summary: string;
  readonly help: string;
  /** Runs with the words after the name; resolves to the exit code. */
  readonly run: (args: string[]) => Promise<number>;
};

export const commands: Command[] = [
  {
    name: ['verify'],
    summary: '檢驗一份 *.xinlu.json 或 PDF 文件 / check a *.xinlu.json or PDF document',
    help: `xinlu verify FILE [--trust F] [--status F] [--at TIME] [--rpc URL] [--audience A --nonce N] [--json]

檢驗數位權狀、同意收據等文件是否真實、仍然有效、未被更改。離線即可檢驗。
Checks whether a title deed, a consent receipt or another document is genuine, still valid and unchanged. Works offline.

  FILE         文件檔案，*.xinlu.json 或機關的 PDF / the document, *.xinlu.json or an office's PDF
  --trust F    信任清單，預設 $XINLU_DATA/trust.json / the trust list, default $XINLU_DATA/trust.json
  --status F   較新的狀態清單 / a newer status list
  --at TIME    檢驗的時點（RFC 3339），預設現在 / the moment asked about (RFC 3339), default now
  --rpc URL    另外連線查鏈 / look at the chain too
  --audience A, --nonce N  要求持有人證明：本查驗者的名稱與這次的提問 / ask for the holder's proof: our name, and the challenge of this once
  --json       輸出 JSON / print JSON

結束碼 / exit code: 0 有效 valid, 1 無效 not valid, 2 無法判斷 cannot tell`,
    run: runVerify,
  },
  {
    name: ['merkle', 'verify'],
    summary: '逐行檢驗默克爾證明 / check Merkle proofs, JSON lines in and out',
    help: `xinlu merkle verify --batch < requests > answers

每行一個 JSON / one JSON object a line (hashes in base64):
  {"id","kind":"inclusion","leafIndex","treeSize","root","leafHash","proof":[]}
  {"id","kind":"consistency","size1","size2","root1","root2","proof":[]}
輸出 / out: {"id","valid"}`,
    run: runMerkleVerify,
  },
  {
    name: ['log', 'watch'],
    summary: '監看公開存證簿有沒有被改過 / watch a ledger for any change of what it held',
    help: `xinlu log watch URL [--trust F] [--keep DIR] [--every SECONDS] [--once]

跟著存證簿的檢查點，檢查每一次都只增不改；若出現兩種說法，保留兩份簽章作為證據。
Follows a log's checkpoints and checks that it only ever grows; of two histories it keeps both signed checkpoints.
信任清單指定見證單位時，也檢查足夠的見證單位跟得上。
Where the trust list names witnesses it checks that enough of them keep up.

  URL            存證簿的位址，例如 http://localhost:4003 / address of the ledger
  --trust F      信任清單，預設 $XINLU_DATA/trust.json / the trust list, default $XINLU_DATA/trust.json
  --keep DIR     保存檢查點與證據的資料夾，預設 log-watch / where checkpoint and evidence are kept, default log-watch
  --every N      每幾秒看一次，預設 10 / seconds between two looks, default 10
  --patience N   見證最多可落後幾秒，預設 60 / seconds that witnesses may be behind, default 60
  --once         只看一次 / look once

結束碼 / exit code: 0 一致 consistent, 1 存證簿有兩種說法或簽章不符 split view or not signed, 2 無法判斷 cannot tell`,
    run: runLogWatch,
  },
];
