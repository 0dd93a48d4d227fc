import assert from 'node:assert/strict';
import { test } from 'node:test';
import relay from 'relay-runtime';
import nextQuery from '../relay/__generated__/organisationsNextQuery.graphql.js';
import pageQuery from '../relay/__generated__/organisationsPageQuery.graphql.js';
import rowQuery from '../relay/__generated__/organisationsRowQuery.graphql.js';
import { council, url } from './served.mjs';

const { Environment, Network, RecordSource, Store, fetchQuery } = relay;

function portal() {
  const network = Network.create(async ({ text }, variables) => {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...council },
      body: JSON.stringify({ query: text, variables }),
    });
    return answer.json();
  });
  return new Environment({ network, store: new Store(new RecordSource()) });
}

function organisations(environment) {
  const root = environment.getStore().getSource().get('client:root');
  const key = Object.keys(root).find((it) => it.includes('organisations_organisations_connection'));
  const connection = environment.getStore().getSource().get(root[key].__ref);
  return connection.edges.__refs;
}

test("Relay's runtime loads a page, the next one, and an object again by its identity", async () => {
  const environment = portal();
  await fetchQuery(environment, pageQuery, { first: 2 }).toPromise();
  assert.equal(organisations(environment).length, 2);
  const [edge] = organisations(environment);
  const source = environment.getStore().getSource();
  const id = source.get(source.get(edge).node.__ref).id;
  const { pageInfo } = await next(environment);
  assert.equal(typeof pageInfo, 'string');
  assert.equal(organisations(environment).length, 4);
  const again = await fetchQuery(environment, rowQuery, { id }).toPromise();
  assert.ok(again.node);
});

async function next(environment) {
  const source = environment.getStore().getSource();
  const root = source.get('client:root');
  const key = Object.keys(root).find((it) => it.includes('organisations_organisations_connection'));
  const pageInfo = source.get(root[key].__ref).pageInfo.__ref;
  const after = source.get(pageInfo).endCursor;
  await fetchQuery(environment, nextQuery, { first: 2, after }).toPromise();
  return { pageInfo };
}
