/** The tables of an office, for `migrate` with the name `issuer-kit`. */
export const officeMigrations = new URL('../../migrations/', import.meta.url);
