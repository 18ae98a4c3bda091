/** Words on signing a consent by passkey. */
export const confirmationZhTW = {
  'sign.title': '用通行金鑰簽署這份同意',
  'sign.lead': '這份同意包含敏感資料，需要您親自簽署。請先核對內容。',
  'sign.client': '給誰使用',
  'sign.ward': '您代理的人',
  'sign.purpose': '用途',
  'sign.data': '資料',
  'sign.until': '期限',
  'sign.until-day': '到{date}為止',
  'sign.once': '只能取用一次',
  'sign.rest': '簽章涵蓋您剛才在「{broker}」看到的全部內容，包括每一個項目。簽署以前，不會提供任何資料。',
  'sign.button': '用通行金鑰簽署',
  'sign.back': '不簽署，返回',
  'sign.no-passkey': '您還沒有可以用的通行金鑰',
  'sign.no-passkey-body':
    '簽署要用通行金鑰，也就是手機或電腦的指紋、臉部或螢幕鎖。用自然人憑證確認身分後，現在就可以建立一把，建立後會回到這裡。',
  'sign.no-device':
    '如果您的裝置不能建立通行金鑰，請到臨櫃辦理，或改用紙本證明。您不簽署，就不會提供任何資料。',
  'sign.enrol': '建立通行金鑰',
  'sign.return': '返回',
  'sign.signed-out': '請重新登入',
  'sign.signed-out-lead':
    '要簽署的人目前沒有在這裡登入，所以還沒有簽署，也沒有提供任何資料。請回到「{broker}」再試一次。',
  'problem.confirmation-unknown': '這個簽署申請已經逾時。請回到原來的網站重新開始。',
  'problem.confirmation-answered': '這份同意已經簽署或取消過了。請回到原來的網站。',
  'problem.passkey-too-weak': '這把通行金鑰的保證等級不夠，不能簽署同意。請換一把。',
} as const;
