// The demonstration that `clients/run` serves for these proofs.
import { readFileSync } from 'node:fs';

function given(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start these proofs by clients/run`);
  return value;
}

export const url = given('TRIBUTARY_URL');
/** The same demonstration where only the documents of `portal/` are executed. */
export const persistedUrl = given('TRIBUTARY_PERSISTED_URL');
export const council = { authorization: `Bearer ${given('TRIBUTARY_COUNCIL')}` };
export const provider = { authorization: `Bearer ${given('TRIBUTARY_PROVIDER')}` };
export const fund = { reference: 'LEWISHAM-BCF-POOL', year: '2025/26' };
export const sdl = readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8');
