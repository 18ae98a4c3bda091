import { accessSync, constants } from 'node:fs';
import { BlockList, isIP } from 'node:net';

/** A setting reads one variable's text, or throws an `Error` whose message completes "NAME ...". */
export type Setting<T> = { read(text: string | undefined): T };

export class ConfigError extends Error {
  readonly faults: readonly string[];
  constructor(faults: readonly string[]) {
    super(`configuration: ${faults.join('; ')}`);
    this.name = 'ConfigError';
    this.faults = faults;
  }
}

function required<T>(parse: (text: string) => T): Setting<T> {
  return {
    read: (text) => {
      if (text === undefined || text === '') throw new Error('is missing');
      return parse(text);
    },
  };
}

export function text(): Setting<string> {
  return required((value) => value);
}

export function oneOf<const T extends string>(...values: T[]): Setting<T> {
  return required((value) => {
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw new Error(`must be one of ${values.join(', ')}`);
    return found;
  });
}

export function integer(bounds: { min: number; max: number; default?: number }): Setting<number> {
  return {
    read: (value) => {
      if ((value === undefined || value === '') && bounds.default !== undefined) return bounds.default;
      if (value === undefined || value === '') throw new Error('is missing');
      const number = /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
      if (!(number >= bounds.min && number <= bounds.max)) {
        throw new Error(`must be a whole number from ${bounds.min} to ${bounds.max}`);
      }
      return number;
    },
  };
}

export function port(): Setting<number> {
  return integer({ min: 0, max: 65_535 });
}

/** An absolute http(s) address, given back without a trailing slash. */
export function url(): Setting<string> {
  return required((value) => {
    if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol)) {
      throw new Error('must be an http or https address');
    }
    return value.replace(/\/$/, '');
  });
}

/** 32 bytes as 64 hex characters. The fault never repeats the value. */
export function secret(): Setting<Uint8Array> {
  return required((value) => {
    if (!/^[0-9a-f]{64}$/i.test(value)) throw new Error('must be 32 bytes as 64 hex characters');
    return new Uint8Array(Buffer.from(value, 'hex'));
  });
}

/** A file that can be read now. */
export function file(): Setting<string> {
  return required((value) => {
    try {
      accessSync(value, constants.R_OK);
    } catch {
      throw new Error(`names a file that cannot be read: ${value}`);
    }
    return value;
  });
}

/** IP addresses and CIDR blocks, comma separated; none lists nobody. */
export function peers(): Setting<BlockList> {
  return {
    read: (value) => {
      const list = new BlockList();
      for (const entry of (value ?? '').split(',')) if (entry.trim() !== '') addPeers(list, entry.trim());
      return list;
    },
  };
}

function addPeers(list: BlockList, entry: string): void {
  const [address = '', bits, ...more] = entry.split('/');
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  const fits = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= longest);
  if (version === 0 || !fits || more.length > 0) throw new Error('must list IP addresses or CIDR blocks');
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (bits === undefined) list.addAddress(address, family);
  else list.addSubnet(address, Number(bits), family);
}

export function flag(): Setting<boolean> {
  return {
    read: (value) => {
      if (value === undefined || value === '' || value === '0' || value === 'false') return false;
      if (value === '1' || value === 'true') return true;
      throw new Error('must be 1 or 0');
    },
  };
}

export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { read: (value) => (value === undefined || value === '' ? undefined : setting.read(value)) };
}

export function withDefault<T>(setting: Setting<T>, fallback: T): Setting<T> {
  return { read: (value) => (value === undefined || value === '' ? fallback : setting.read(value)) };
}

export type ConfigOf<S> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Reads all settings, and throws one `ConfigError` that lists every fault at once. */
export function readConfig<S extends Record<string, Setting<unknown>>>(
  env: Readonly<Record<string, string | undefined>>,
  settings: S,
): ConfigOf<S> {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(settings)) {
    try {
      values[name] = setting.read(env[name]);
    } catch (error) {
      faults.push(`${name} ${error instanceof Error ? error.message : 'is wrong'}`);
    }
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return Object.freeze(values) as ConfigOf<S>;
}

/** What every service is given, to be spread into its own settings. */
export const serviceEnv = {
  HOST: withDefault(text(), '127.0.0.1'),
  PORT: port(),
  PUBLIC_URL: url(),
  DATABASE_URL: text(),
  REDIS_URL: optional(text()),
  DATA_DIR: text(),
  PARTICIPANT_ID: text(),
  KEYS_FILE: file(),
  REGISTER_URL: url(),
  REGISTER_KEYS_FILE: file(),
  COOKIE_SECRET: secret(),
  LOG_LEVEL: withDefault(oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal'), 'info'),
  DEMO: flag(),
  /** Peers whose forwarding headers are believed, comma separated; empty believes nobody. */
  TRUSTED_PROXIES: withDefault(text(), ''),
  /** Peers whose word on the caller's TLS client certificate is believed (RFC 9440); empty believes nobody. */
  TLS_PROXIES: peers(),
};
