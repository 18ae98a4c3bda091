import type { KeyValue } from '@xinlu/common/kv';
import { KeyValueAdapter } from '@xinlu/common/oidc-provider';
import { type AdapterPayload, type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider';

export const DEVICE_PATH = '/device';
export const DEVICE_CODE_SECONDS = 600;

/** Why the code that she typed leads nowhere. */
export type DeviceFault = 'unknown' | 'stopped' | 'failed';

export type DevicePages = {
  input(ctx: KoaContextWithOIDC, form: { action: string; secret: string; fault?: DeviceFault }): string;
  confirm(
    ctx: KoaContextWithOIDC,
    form: { action: string; secret: string; code: string; clientId: string },
  ): string;
  done(ctx: KoaContextWithOIDC): string;
};

type Feature = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>;

function formOf(ctx: KoaContextWithOIDC): { action: string; secret: string } {
  const { secret } = (ctx.oidc.session?.state ?? {}) as { secret?: string };
  if (secret === undefined) throw new Error('a device page without its secret');
  return { action: ctx.oidc.urlFor('code_verification'), secret };
}

function faultOf(error: Error & { userCode?: unknown }): DeviceFault {
  if (error.name === 'AbortedError') return 'stopped';
  return error.userCode !== undefined || error.name === 'NoCodeError' ? 'unknown' : 'failed';
}

/**
 * RFC 8628 for kiosks: she types the kiosk's code on a device of her own, is shown what the kiosk is, and signs in there. A
 * code that is unknown, expired and used are one fault: which it is would help a guesser alone.
 */
export function deviceFlow(pages: DevicePages): Feature {
  return {
    enabled: true,
    charset: 'base-20',
    mask: '****-****',
    // What the kiosk's request looked like is kept nowhere.
    deviceInfo: () => ({}),
    async userCodeInputSource(ctx, _form, _out, error) {
      ctx.type = 'html';
      const fault = error === undefined ? {} : { fault: faultOf(error as Error) };
      ctx.body = pages.input(ctx, { ...formOf(ctx), ...fault });
    },
    async userCodeConfirmSource(ctx, _form, client, _device, code) {
      ctx.type = 'html';
      ctx.body = pages.confirm(ctx, { ...formOf(ctx), code, clientId: client.clientId });
    },
    async successSource(ctx) {
      ctx.type = 'html';
      ctx.body = pages.done(ctx);
    },
  };
}

/** Of several who confirm one code at the same moment exactly one goes on; the library looks first and writes later. */
export class DeviceCodeAdapter extends KeyValueAdapter {
  readonly #store: KeyValue;

  constructor(store: KeyValue, findClient: ConstructorParameters<typeof KeyValueAdapter>[2]) {
    super('DeviceCode', store, findClient);
    this.#store = store;
  }

  override async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const { inFlight, accountId, error } = payload as AdapterPayload & { error?: string };
    const confirming = inFlight === true && accountId === undefined && error === undefined;
    if (
      confirming &&
      !(await this.#store.setIfAbsent(`oidc:device-confirmed:${id}`, '1', DEVICE_CODE_SECONDS))
    )
      throw new errors.InvalidRequest('this code was confirmed already');
    await super.upsert(id, payload, expiresIn);
  }
}
