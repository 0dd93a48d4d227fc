//! Somebody who sends requests: as an organisation with roles, or as nobody.

use std::time::Duration;

use reqwest::Client;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::Answer;

/// Somebody who sends requests to a world's server.
#[derive(Clone, Debug)]
pub struct Actor {
    pub(crate) client: Client,
    pub(crate) address: String,
    pub(crate) token: Option<String>,
    /// The organisation acted as; nil for nobody.
    pub organisation: Uuid,
    /// The organisation's global identity.
    pub id: String,
}

impl Actor {
    /// The same, with another access token.
    #[must_use]
    pub fn bearing(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The access token; empty of nobody.
    #[must_use]
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Somebody who did not sign in, at the server with this address.
    ///
    /// # Panics
    /// When there can be no client.
    #[must_use]
    pub fn nobody_at(address: &str) -> Self {
        let client = Client::builder().no_proxy().build().expect("a client");
        let address = address.to_owned();
        Self { client, address, token: None, organisation: Uuid::nil(), id: String::new() }
    }

    /// The same person, at another server of the same database.
    #[must_use]
    pub fn elsewhere(&self, address: &str) -> Self {
        Self { address: address.to_owned(), ..self.clone() }
    }

    /// Somebody who sends requests with a token to the server at `address`, which need not be a
    /// world's.
    ///
    /// # Panics
    /// When no client can be made.
    #[must_use]
    pub fn at(address: &str, token: &str) -> Self {
        let client = Client::builder().no_proxy().timeout(Duration::from_secs(60)).build();
        Self {
            client: client.expect("a client"),
            address: address.to_owned(),
            token: Some(token.to_owned()),
            organisation: Uuid::nil(),
            id: String::new(),
        }
    }

    /// Sends a document that has no variables.
    pub async fn ask(&self, document: &str) -> Answer {
        self.send(document, json!({})).await
    }

    /// Sends a document with variables. What is left of the sender's budget changes from one answer
    /// to the next, and is left out here, so that answers can be compared.
    ///
    /// # Panics
    /// When the server does not answer with JSON.
    pub async fn send(&self, document: &str, variables: Value) -> Answer {
        let mut answer = self.send_for_cost(document, variables).await;
        if let Some(Value::Object(cost)) = answer.0.pointer_mut("/extensions/cost") {
            cost.remove("available");
        }
        answer
    }

    /// The same, with everything that is told of the cost.
    ///
    /// # Panics
    /// When the server does not answer with JSON.
    pub async fn send_for_cost(&self, document: &str, variables: Value) -> Answer {
        self.try_send(document, variables).await.expect("the server answers, and in JSON")
    }

    /// The same, where the server may be gone before it has answered.
    ///
    /// # Errors
    /// When no whole answer came.
    pub async fn try_send(&self, document: &str, variables: Value) -> reqwest::Result<Answer> {
        let mut request = self
            .client
            .post(format!("{}/graphql", self.address))
            .json(&json!({ "query": document, "variables": variables }));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        Ok(Answer(request.send().await?.json().await?))
    }

    /// Sends a document, and answers with the status and the very bytes of the body but for what is
    /// left of the sender's budget.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn raw(&self, document: &str, variables: Value) -> (u16, String) {
        let address = format!("{}/graphql", self.address);
        let sent = json!({ "query": document, "variables": variables });
        let mut request = self.client.post(address).json(&sent);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("the server answers");
        (answer.status().as_u16(), without_available(&answer.text().await.expect("a body")))
    }

    /// Sends a file to be imported, and answers with the status and what was said.
    ///
    /// # Panics
    /// When the server does not answer with JSON.
    pub async fn upload(&self, content: Vec<u8>, form: &str) -> (u16, Value) {
        let address = format!("{}/uploads", self.address);
        let mut request = self.client.post(address).header("content-type", form).body(content);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("the server answers");
        (answer.status().as_u16(), answer.json().await.expect("JSON"))
    }

    /// Where the server is that it asks.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Downloads what is at a path: the status, the media type and the bytes.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn download(&self, path: &str) -> (u16, String, Vec<u8>) {
        let mut request = self.client.get(format!("{}{path}", self.address));
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("the server answers");
        let media_type = answer.headers().get("content-type").and_then(|it| it.to_str().ok());
        let media_type = media_type.unwrap_or_default().to_owned();
        let status = answer.status().as_u16();
        (status, media_type, answer.bytes().await.expect("a body").to_vec())
    }

    /// Sends a document, and answers with the id by which the server names the request.
    ///
    /// # Panics
    /// When the server does not name it.
    pub async fn request_id(&self, document: &str, variables: Value) -> String {
        let address = format!("{}/graphql", self.address);
        let sent = json!({ "query": document, "variables": variables });
        let mut request = self.client.post(address).json(&sent);
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let answer = request.send().await.expect("the server answers");
        let id = answer.headers().get("x-request-id").expect("an id");
        id.to_str().expect("a text").to_owned()
    }

    /// Runs the mutation `name` with `input`, and selects `fields` of its payload beside the errors.
    pub async fn run(&self, name: &str, input: Value, fields: &str) -> Answer {
        let mut input_type = name.to_owned();
        input_type[..1].make_ascii_uppercase();
        self.run_typed(name, &format!("{input_type}Input"), input, fields).await
    }

    /// The same, where the input's type has another name than the mutation.
    pub async fn run_typed(
        &self,
        name: &str,
        input_type: &str,
        input: Value,
        fields: &str,
    ) -> Answer {
        let document = format!(
            "mutation($input: {input_type}!) {{ {name}(input: $input) {{ {fields} errors {{ code path message }} }} }}"
        );
        self.send(&document, json!({ "input": input })).await
    }
}

/// The bytes of an answer with nothing left of its sender's budget; they stay JSON.
fn without_available(said: &str) -> String {
    match said.rsplit_once("\"available\":") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|digit: char| digit.is_ascii_digit());
            format!("{before}\"available\":0{rest}")
        }
        None => said.to_owned(),
    }
}

/// The bytes of an answer without what is told of its cost, which comes last.
#[must_use]
pub fn without_cost(said: &str) -> String {
    match said.rsplit_once(",\"extensions\":{\"cost\":") {
        Some((before, _)) => format!("{before}}}"),
        None => said.to_owned(),
    }
}
