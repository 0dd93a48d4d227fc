// Writes what the reference implementation accepts and refuses, and how it coerces variables.
// Run `npm ci && npm run verdicts` after changing documents; the result is committed.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, getIntrospectionQuery, getVariableValues, parse, validate, version } from 'graphql';

const here = (name) => new URL(name, import.meta.url);
const read = (name) => readFileSync(here(name), 'utf8');
const schema = buildSchema(read('schema.graphql'));

function verdict(text, against) {
  let document;
  try {
    document = parse(text);
  } catch (problem) {
    return { accepted: false, stage: 'parse', message: problem.message };
  }
  let problem;
  try {
    [problem] = validate(against, document);
  } catch (thrown) {
    problem = thrown; // its rule for subscriptions evaluates conditions and may fail at them
  }
  return problem
    ? { accepted: false, stage: 'validate', message: problem.message }
    : { accepted: true };
}

// One document a line; "== name" begins a part; ↵ is a line feed, ⇥ a tab, ⏎ a carriage return.
function documents(name) {
  let part = '';
  const found = [];
  for (const line of read(name).split('\n')) {
    if (line.startsWith('== ')) part = line.slice(3);
    else if (line !== '' && !line.startsWith('-- ')) {
      found.push({ part, text: line.replaceAll('↵', '\n').replaceAll('⇥', '\t').replaceAll('⏎', '\r') });
    }
  }
  return found;
}

const corpus = documents('documents.txt').map(({ part, text }) => ({
  part,
  text,
  ...verdict(text, schema),
}));
for (const options of [{}, { oneOf: true, inputValueDeprecation: true, schemaDescription: true, specifiedByUrl: true, directiveIsRepeatable: true }]) {
  const text = getIntrospectionQuery(options);
  corpus.push({ part: 'introspection', text, ...verdict(text, schema) });
}
writeFileSync(here('verdicts.json'), `${JSON.stringify({ version, corpus }, null, 1)}\n`);

const variables = read('variables.txt')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('-- '))
  .map((line) => {
    const [definitions, json] = line.split(' <= ');
    const document = parse(`query (${definitions}) { place { __typename } }`);
    const given = JSON.parse(json);
    const { coerced, errors } = getVariableValues(schema, document.definitions[0].variableDefinitions, given);
    return errors
      ? { definitions, given, errors: errors.map((problem) => problem.message) }
      : { definitions, given, coerced };
  });
writeFileSync(here('coerced.json'), `${JSON.stringify({ version, variables }, null, 1)}\n`);

if (existsSync(here('generated.json'))) {
  const generated = JSON.parse(read('generated.json'));
  const product = buildSchema(readFileSync(here('../../../schema.graphql'), 'utf8'));
  for (const entry of generated) {
    const { accepted, message } = verdict(entry.text, entry.schema === 'product' ? product : schema);
    entry.accepted = accepted;
    if (accepted) delete entry.message;
    else entry.message = message.slice(0, 120);
  }
  const lines = generated.map((entry) => JSON.stringify(entry));
  writeFileSync(here('generated.json'), `[\n${lines.join(',\n')}\n]\n`);
}
const accepted = corpus.filter((entry) => entry.accepted).length;
console.log(`${corpus.length} documents, ${accepted} accepted; ${variables.length} sets of variables`);
