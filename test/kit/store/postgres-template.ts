/** A database with the newest schema, which every test's own is a copy of. */
export const TEMPLATE = 'schema_of_today';
