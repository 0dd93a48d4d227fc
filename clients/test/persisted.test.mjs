// A server that executes nothing but the documents of the manifest that graphql-codegen wrote.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, createRequest, fetchExchange } from '@urql/core';
import { council, fund, persistedUrl } from './served.mjs';

const manifest = JSON.parse(readFileSync(new URL('../generated/persisted-documents.json', import.meta.url), 'utf8'));
const [[documentId, text]] = Object.entries(manifest);

function holdsAPosition(data) {
  assert.match(data.pooledFund.position.total.budget, /^\d+\.\d\d$/u);
}

const urql = () => new Client({ url: persistedUrl, exchanges: [fetchExchange], fetchOptions: { headers: council }, preferGetMethod: false });

// urql's own check of documents, which those without a text do not pass, is for development only.
process.env.NODE_ENV = 'production';

test('urql names a document by the identifier that graphql-codegen gave it', async () => {
  const document = { kind: 'Document', definitions: [], documentId };
  const { data, error } = await urql().query(document, fund).toPromise();
  assert.equal(error, undefined);
  holdsAPosition(data);
});

test('urql names it as its exchange for persisted queries does', async () => {
  const extensions = { persistedQuery: { version: 1, sha256Hash: documentId } };
  const { data, error } = await urql().executeQuery(createRequest(gql(text), fund, extensions)).toPromise();
  assert.equal(error, undefined);
  holdsAPosition(data);
});

for (const useGETForHashedQueries of [false, true]) {
  const method = useGETForHashedQueries ? 'GET' : 'POST';
  test(`Apollo Client's link for persisted queries names it by ${method}`, async () => {
    const link = ApolloLink.from([
      new PersistedQueryLink({ generateHash: () => documentId, useGETForHashedQueries }),
      new HttpLink({ uri: persistedUrl, headers: council }),
    ]);
    const client = new ApolloClient({ link, cache: new InMemoryCache() });
    const { data } = await client.query({ query: gql(text), variables: fund, fetchPolicy: 'no-cache' });
    holdsAPosition(data);
  });
}

test('what Relay gives to its network is enough', async () => {
  // Of a persisted document Relay has the identifier as params.id, and no text.
  const params = { id: documentId, text: null };
  const answer = await fetch(persistedUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...council },
    body: JSON.stringify({ documentId: params.id, query: params.text, variables: fund }),
  });
  holdsAPosition((await answer.json()).data);
});

test('a text is refused, also that of a persisted document, and introspection', async () => {
  for (const query of ['{ __typename }', '{ __schema { queryType { name } } }', text]) {
    const { error } = await urql().query(gql(query), fund).toPromise();
    assert.equal(error.graphQLErrors[0].extensions.code, 'PERSISTED_QUERY_ID_REQUIRED');
  }
});
