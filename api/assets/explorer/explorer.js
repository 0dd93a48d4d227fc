/* global GraphiQL, React, ReactDOM */

const ENDPOINT = '/graphql';
const IDENTITIES = '/demonstration/identities';
const TOKEN = '/demonstration/token';
const QUERIES = '/explorer/queries.json';

const TOKEN_KEY = 'tributary:token';
const INTROSPECTION = 'IntrospectionQuery';
const UNREACHABLE = 'The server could not be reached. Check that it is running and that you are connected to it.';

const byId = (id) => document.getElementById(id);

/** A failure whose message is written for the person at the page. */
class Readable extends Error {}

// Storage of the tab, not of the browser: queries and tokens must not outlive the visit on a
// shared computer. Browsers may refuse it altogether.
const storage = (() => {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
})();

async function request(url, options) {
  try {
    return await fetch(url, { cache: 'no-store', credentials: 'omit', ...options });
  } catch {
    throw new Readable(UNREACHABLE);
  }
}

async function json(response) {
  try {
    return await response.json();
  } catch {
    throw new Readable(`The server answered ${response.status} ${response.statusText}`.trim() + ', without a readable body.');
  }
}

const readable = (error) => {
  if (error instanceof Readable) {
    return error.message;
  }
  console.error(error);
  return 'Something went wrong in this page. Reload it; if it happens again, the browser console says more.';
};

const notice = {
  retry: null,

  show(kind, text, retry = null) {
    byId('notice').className = `notice notice-${kind}`;
    byId('notice-text').textContent = text;
    byId('notice-retry').hidden = !retry;
    this.retry = retry;
  },

  clear() {
    byId('notice').className = 'notice';
    byId('notice-text').textContent = '';
    byId('notice-retry').hidden = true;
    this.retry = null;
  },
};

/** No token: what the public may see. */
const nobody = {
  label: 'Nobody (no token)',
  description: 'No token is sent: the answer is what the public may see.',
  renewable: false,
  bearer: async () => null,
};

/** A token that somebody pasted; it cannot be renewed from here. */
const pasted = (token) => ({
  label: 'the pasted token',
  renewable: false,
  bearer: async () => token,
});

const inWords = (code) => {
  const words = code.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/** One of the demonstration's identities, with its token for as long as that is valid. */
function demonstrated({ code, name, role, description }) {
  let token = null;
  let renewAt = 0;
  let pending = null;

  async function renew() {
    const response = await request(TOKEN, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ code, role }),
    });
    if (!response.ok) {
      throw new Readable(`The server gave no token for ${name}: it answered ${response.status} ${response.statusText}`.trim() + '.');
    }
    const { accessToken, expiresInSeconds } = await json(response);
    token = accessToken;
    // A margin, so that a token does not expire between here and the server.
    renewAt = Date.now() + Math.max(expiresInSeconds - 60, expiresInSeconds / 2) * 1000;
    return token;
  }

  return {
    label: `${name}: ${inWords(role)}`,
    description: description ?? '',
    renewable: true,
    async bearer({ fresh = false } = {}) {
      if (!fresh && token && Date.now() < renewAt) {
        return token;
      }
      pending ??= renew().finally(() => {
        pending = null;
      });
      return pending;
    },
  };
}

let identity = nobody;

async function post(params, given, authorization) {
  let headers;
  try {
    headers = new Headers(given);
  } catch {
    throw new Readable('The headers of this request cannot be sent: a name or a value has a character that is not allowed there.');
  }
  headers.set('Content-Type', 'application/json');
  if (!headers.has('Accept')) {
    headers.set('Accept', 'application/graphql-response+json, application/json;q=0.9');
  }
  if (authorization) {
    headers.set('Authorization', `Bearer ${authorization}`);
  }
  return request(ENDPOINT, { method: 'POST', headers, body: JSON.stringify(params) });
}

async function ask(params, given, asker) {
  const ownAuthorization = Object.keys(given).some((name) => name.toLowerCase() === 'authorization');
  if (ownAuthorization) {
    return post(params, given, null);
  }
  const response = await post(params, given, await asker.bearer());
  if (response.status === 401 && asker.renewable) {
    return post(params, given, await asker.bearer({ fresh: true }));
  }
  return response;
}

/** GraphiQL's fetcher. Failures come back as GraphQL errors, because a thrown one is shown with its stack. */
async function fetcher(params, options) {
  const asker = identity;
  const introspection = params.operationName === INTROSPECTION;
  try {
    const response = await ask(params, options?.headers ?? {}, asker);
    const answer = await json(response);
    if (asker === identity) {
      if (response.status === 401) {
        notice.show('error', 'The server did not accept the access token. It may have expired.');
      } else if (!introspection) {
        notice.clear();
      }
    }
    if (!introspection) {
      byId('status').textContent = `The answer for ${asker.label} is shown.`;
    }
    return answer;
  } catch (error) {
    const message = readable(error);
    if (asker === identity) {
      notice.show('error', message, tryAgain);
    }
    return { errors: [{ message }] };
  }
}

// What GraphiQL offers only inside its own tree of components; `Bridge` keeps it up to date.
let workbench = null;

function operation() {
  const { queryEditor } = workbench;
  let document;
  try {
    document = GraphiQL.GraphQL.parse(queryEditor.getValue());
  } catch {
    return null;
  }
  const operations = document.definitions.filter(({ kind }) => kind === 'OperationDefinition');
  return operations.find(({ name }) => name?.value === queryEditor.operationName) ?? operations[0] ?? null;
}

/** Runs what is in the editor, unless that would write: only a person's own press of the button does. */
function run() {
  if (!workbench) {
    return;
  }
  const current = operation();
  if (current?.operation === 'mutation') {
    workbench.responseEditor.setValue('');
    notice.show('info', `This operation changes data, so it waits for you: press “Execute query” to run it as ${identity.label}.`);
    return;
  }
  if (workbench.isSubscribed) {
    workbench.stop();
  }
  workbench.run();
}

function tryAgain() {
  if (workbench && !workbench.schema) {
    workbench.introspect();
  }
  run();
}

let queries = [];

const asText = (variables) => (variables && Object.keys(variables).length > 0 ? JSON.stringify(variables, null, 2) : '');

function put({ query, variables }) {
  const { queryEditor, variableEditor } = workbench;
  queryEditor.setValue(query);
  variableEditor.setValue(asText(variables));
  // GraphiQL looks at the new text a moment later, and would send the name of the operation before it.
  queryEditor.operations = null;
  queryEditor.documentAST = null;
  queryEditor.operationName = null;
  queryEditor.operationName = operation()?.name?.value ?? null;
}

/** Keeps the select honest: it names a ready-made query only while that is what the editor holds. */
function reflect(text) {
  const select = byId('ready-made-select');
  const same = ({ query }) => query.trim() === text.trim();
  if (select.value !== '' && same(queries[Number(select.value)])) {
    return;
  }
  const index = queries.findIndex(same);
  select.value = index < 0 ? '' : String(index);
}

function option(value, text) {
  const element = document.createElement('option');
  element.value = value;
  element.textContent = text;
  return element;
}

function offerQueries() {
  const select = byId('ready-made-select');
  const other = option('', 'Your own query');
  // Not to be chosen: it only tells that the editor holds something else.
  other.disabled = true;
  other.hidden = true;
  select.replaceChildren(other, ...queries.map(({ title }, index) => option(String(index), title)));
  select.value = '';
  select.addEventListener('change', () => {
    if (workbench) {
      put(queries[Number(select.value)]);
      run();
    }
  });
  byId('ready-made').hidden = queries.length === 0;
}

function offerIdentities(found) {
  const identities = [...found.map(demonstrated), nobody];
  const select = byId('view-as-select');
  select.replaceChildren(...identities.map(({ label }, index) => option(String(index), label)));
  const choose = () => {
    identity = identities[Number(select.value)];
    byId('view-as-description').textContent = identity.description;
  };
  select.value = '0';
  choose();
  select.addEventListener('change', () => {
    choose();
    run();
  });
  byId('view-as').hidden = false;
}

function offerToken() {
  const input = byId('token-input');
  const description = byId('token-description');
  const use = (token) => {
    identity = token ? pasted(token) : nobody;
    description.textContent = token ? 'Sent with each request; forgotten when this tab is closed.' : nobody.description;
  };
  input.value = storage?.getItem(TOKEN_KEY) ?? '';
  use(input.value);
  byId('token').addEventListener('submit', (event) => {
    event.preventDefault();
    const token = input.value.trim().replace(/^bearer\s+/i, '');
    if (!/^[\x21-\x7e]*$/.test(token)) {
      notice.show('error', 'This is not an access token: it has spaces, line breaks or other characters that a token never has.');
      return;
    }
    input.value = token;
    storage?.setItem(TOKEN_KEY, token);
    use(token);
    run();
  });
  byId('token').hidden = false;
}

async function loadIdentities() {
  const response = await request(IDENTITIES);
  if (response.status === 404) {
    return [];
  }
  if (!response.ok) {
    throw new Readable(`The identities of the demonstration could not be loaded: the server answered ${response.status}.`);
  }
  return (await json(response)).identities;
}

async function loadQueries() {
  const response = await request(QUERIES);
  if (!response.ok) {
    throw new Readable(`The ready-made queries could not be loaded: the server answered ${response.status}.`);
  }
  return json(response);
}

function Bridge({ begin }) {
  const editors = GraphiQL.React.useEditorContext({ nonNull: true });
  const execution = GraphiQL.React.useExecutionContext({ nonNull: true });
  const { schema, introspect } = GraphiQL.React.useSchemaStore();
  const { queryEditor, variableEditor, headerEditor, responseEditor } = editors;
  const ready = Boolean(queryEditor && variableEditor && headerEditor && responseEditor);

  React.useEffect(() => {
    workbench = ready
      ? { queryEditor, variableEditor, responseEditor, schema, introspect, ...execution }
      : null;
  });

  React.useEffect(() => {
    // Without this the Tab key indents, and nobody leaves an editor by keyboard.
    for (const editor of [queryEditor, variableEditor, headerEditor, responseEditor]) {
      editor?.addKeyMap({ Tab: false, 'Shift-Tab': false });
    }
  }, [queryEditor, variableEditor, headerEditor, responseEditor]);

  React.useEffect(() => {
    if (ready) {
      begin();
    }
  }, [ready]);

  return null;
}

async function start() {
  const [identities, ready] = await Promise.allSettled([loadIdentities(), loadQueries()]);
  const failed = [identities, ready].find(({ status }) => status === 'rejected');

  queries = ready.value ?? [];
  offerQueries();
  if (identities.value?.length > 0) {
    offerIdentities(identities.value);
  } else {
    offerToken();
  }

  const restored = storage?.getItem('graphiql:query')?.trim();
  const begin = () => {
    if (restored) {
      reflect(workbench.queryEditor.getValue());
    } else if (queries.length > 0) {
      byId('ready-made-select').value = '0';
      put(queries[0]);
    }
    if (failed) {
      notice.show('error', readable(failed.reason), () => window.location.reload());
    } else {
      run();
    }
  };

  ReactDOM.createRoot(byId('explorer')).render(
    React.createElement(
      GraphiQL,
      {
        fetcher,
        storage,
        defaultQuery: queries[0]?.query ?? '{\n  __typename\n}\n',
        defaultEditorToolsVisibility: 'variables',
        introspectionQueryName: INTROSPECTION,
        // Headers may hold a token.
        shouldPersistHeaders: false,
        onEditQuery: reflect,
      },
      React.createElement(GraphiQL.Logo, null, null),
      React.createElement(Bridge, { begin }),
    ),
  );
}

byId('notice-retry').addEventListener('click', () => notice.retry?.());

start().catch((error) => notice.show('error', readable(error), () => window.location.reload()));
