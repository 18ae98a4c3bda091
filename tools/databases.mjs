import pg from 'pg';

/**
 * One role and one database for each owner, made once. The password is set at every start, so that the secret on
 * disk is always the one that works. Owners cannot enter each other's databases.
 * @param {string} adminUrl superuser address of the cluster
 * @param {{ owner: string, password: string }[]} owners names are our own constants
 */
export async function ensureDatabases(adminUrl, owners) {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rows } = await client.query(
      'SELECT ARRAY(SELECT rolname::text FROM pg_roles) AS roles, ARRAY(SELECT datname::text FROM pg_database) AS databases',
    );
    const [{ roles, databases }] = rows;
    for (const { owner, password } of owners) {
      const name = client.escapeIdentifier(owner);
      const verb = roles.includes(owner) ? 'ALTER' : 'CREATE';
      await client.query(`${verb} ROLE ${name} LOGIN PASSWORD ${client.escapeLiteral(password)}`);
      if (databases.includes(owner)) continue;
      await client.query(`CREATE DATABASE ${name} OWNER ${name}`);
      await client.query(`REVOKE CONNECT ON DATABASE ${name} FROM PUBLIC`);
    }
  } finally {
    await client.end();
  }
}
