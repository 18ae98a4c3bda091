/** Words on passkeys beyond their enrolment. */
export const passkeyZhTW = {
  'second.title': '再確認一次是您',
  'second.lead': '不插卡新增通行金鑰，需要您的兩種登入方式。請再用另一把通行金鑰確認，或用自然人憑證登入。',
  'second.lead-none': '您只有剛才登入用的這一把通行金鑰。要新增另一把，請用自然人憑證登入。',
  'second.others': '您的其他通行金鑰',
  'second.button': '用另一把通行金鑰確認',
  'second.back': '不新增，返回',

  'remove-own.title': '移除正在使用的通行金鑰？',
  'remove-own.lead': '您就是用「{name}」登入的。移除後這次登入會立刻結束，之後要用其他方式登入。',
  'remove-own.last': '這是您最後一把可用的通行金鑰。移除後只能用自然人憑證登入，或到臨櫃重新註冊。',
  'remove-own.yes': '移除並結束登入',
  'remove-own.no': '保留，返回',

  'notice.passkey.counter-regressed': '有人想用您某把通行金鑰的複本登入，已拒絕。如果不是您，請移除那把金鑰',
  'notice.passkey.eligibility-changed': '有一把通行金鑰的存放方式和建立時不同，已拒絕登入',
  'notice.passkey.backup-changed': '有一把通行金鑰的備份狀態改變了',
  'notice.passkey.suspended': '有一把通行金鑰已停用',
  'notice.passkey.restored': '有一把通行金鑰已恢復使用',
} as const;
