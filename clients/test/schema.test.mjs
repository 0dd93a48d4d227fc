import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import graphqlLint from '@graphql-eslint/eslint-plugin';
import { CriticalityLevel, diff } from '@graphql-inspector/core';
import { ESLint } from 'eslint';
import { buildClientSchema, buildSchema, getIntrospectionQuery, validateSchema } from 'graphql';
import { council, sdl, url } from './served.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const schema = buildSchema(sdl);

async function served() {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...council },
    body: JSON.stringify({ query: getIntrospectionQuery({ oneOf: true, specifiedByUrl: true }) }),
  });
  return buildClientSchema((await answer.json()).data);
}

test('the schema is valid', () => assert.deepEqual(validateSchema(schema), []));

// An introspection has no directives of fields: costs are read in the text, and `@oneOf` is compared by itself. The text
// does not describe the arguments of directives.
const ONE_SIDED = [
  /^Directive '(cost|listSize)' was removed from field/u,
  /^Directive 'oneOf'/u,
  /^Description '.*' was added to argument '\w+' on directive '(cost|listSize)'$/u,
];

test('what is served is what is checked in, as graphql-inspector compares them', async () => {
  const answered = await served();
  const changes = (await diff(schema, answered)).filter((it) => !ONE_SIDED.some((told) => told.test(it.message)));
  assert.deepEqual(changes.map((it) => it.message), []);
  const choices = (of) => Object.values(of.getTypeMap()).filter((it) => it.isOneOf).map((it) => it.name);
  assert.deepEqual(choices(answered).sort(), choices(schema).sort());
  assert.ok(choices(schema).length > 0);
});

test('graphql-inspector tells a change that breaks clients', async () => {
  const without = buildSchema(sdl.replace('type Organisation implements Node {', 'type Organisation implements Node {\n  former: ID'));
  const changes = await diff(without, schema);
  assert.deepEqual(changes.map((it) => it.path), ['Organisation.former']);
  assert.equal(changes[0].criticality.level, CriticalityLevel.Breaking);
});

// What a linter asks that this schema does not do, and why.
const EXCEPTIONS = {
  // Fields stand in the order in which they are read: what a thing is, then what it is worth.
  sorted: /-sorted-alphabetically$/u,
  // Figures, pages, payloads and steps of an explanation are values: they have no identity.
  '@graphql-eslint/strict-id-in-types': 'off',
  // `nodes` stands beside `edges`, and edges lead to values too.
  '@graphql-eslint/relay-edge-types': [
    'error',
    { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
  ],
  // The national term for what a scheme is classed by; `type` alone says nothing in a list.
  '@graphql-eslint/no-typename-prefix': 'off',
  // The feed of changes is read forwards only: whoever comes back has the last cursor.
  forwards: /relay-arguments Field `changes` must/u,
  // `@specifiedBy` is defined by GraphQL itself, and printed by the server for older tools.
  '@graphql-eslint/no-unreachable-types': 'off',
};

test("graphql-eslint's rules for schemas and for Relay find nothing", async () => {
  const rules = (name) => graphqlLint.configs[name].rules ?? graphqlLint.configs[name];
  const { sorted, forwards, ...exceptions } = EXCEPTIONS;
  const eslint = new ESLint({
    cwd: root,
    overrideConfigFile: true,
    overrideConfig: {
      files: ['schema.graphql'],
      plugins: { '@graphql-eslint': graphqlLint },
      languageOptions: {
        parser: graphqlLint.parser,
        parserOptions: { graphQLConfig: { schema: `${root}/schema.graphql` } },
      },
      rules: {
        ...rules('flat/schema-recommended'),
        ...rules('flat/schema-relay'),
        ...exceptions,
      },
    },
  });
  const [{ messages }] = await eslint.lintFiles(['schema.graphql']);
  const found = messages.map((it) => `${it.line} ${it.ruleId} ${it.message}`);
  assert.deepEqual(found.filter((it) => !forwards.test(it)), []);
});

test("graphql-schema-linter's rules find nothing", async () => {
  const linter = fileURLToPath(import.meta.resolve('graphql-schema-linter/lib/cli.js'));
  const { stdout } = spawnSync(process.execPath, [linter, '--format', 'json', `${root}/schema.graphql`], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const { errors } = JSON.parse(stdout);
  const found = errors.filter((it) => !EXCEPTIONS.sorted.test(it.rule));
  assert.deepEqual(found, []);
});
