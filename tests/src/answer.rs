//! What the server said.

use serde_json::Value;

/// An answer of the server, whole.
#[derive(Clone, Debug)]
pub struct Answer(pub Value);

impl Answer {
    /// The data at `path`, written as a JSON pointer; null when there is none.
    #[must_use]
    pub fn at(&self, path: &str) -> &Value {
        self.0["data"].pointer(path).unwrap_or(&Value::Null)
    }

    /// The text at `path`.
    #[must_use]
    #[track_caller]
    pub fn text(&self, path: &str) -> &str {
        self.at(path).as_str().unwrap_or_else(|| panic!("no text at {path} in {self:#?}"))
    }

    /// The only field of the data: a mutation's payload.
    #[must_use]
    #[track_caller]
    pub fn payload(&self) -> &Value {
        let fields = self.0["data"].as_object().unwrap_or_else(|| panic!("no data: {self:#?}"));
        fields.values().next().unwrap_or(&Value::Null)
    }

    /// The code of the first thing that the caller has to put right, or of the top-level error.
    #[must_use]
    #[track_caller]
    pub fn problem(&self) -> String {
        let top = self.0.pointer("/errors/0/extensions/code");
        let code = top.unwrap_or_else(|| &self.payload()["errors"][0]["code"]);
        code.as_str().unwrap_or_else(|| panic!("nothing is wrong: {self:#?}")).to_owned()
    }

    /// The sentence about it.
    #[must_use]
    #[track_caller]
    pub fn sentence(&self) -> String {
        let top = self.0.pointer("/errors/0/message");
        let sentence = top.unwrap_or_else(|| &self.payload()["errors"][0]["message"]);
        sentence.as_str().unwrap_or_else(|| panic!("nothing is wrong: {self:#?}")).to_owned()
    }

    /// The path of the first thing that the caller has to put right, with dots: of a query, into its
    /// arguments.
    #[must_use]
    #[track_caller]
    pub fn problem_path(&self) -> String {
        let top = self.0.pointer("/errors/0/extensions/argument");
        let path = top.unwrap_or_else(|| &self.payload()["errors"][0]["path"]);
        let path = path.as_array().expect("a path").iter();
        path.filter_map(Value::as_str).collect::<Vec<_>>().join(".")
    }

    /// The code and the path of the first thing that the caller has to put right.
    #[must_use]
    #[track_caller]
    pub fn refusal(&self) -> (String, String) {
        (self.problem(), self.problem_path())
    }

    /// True when it has no error of either kind.
    #[must_use]
    pub fn is_ok(&self) -> bool {
        let mut payloads = self.0["data"].as_object().into_iter().flat_map(|data| data.values());
        self.0.get("errors").is_none()
            && payloads.all(|payload| {
                let errors = payload.get("errors").and_then(Value::as_array);
                errors.is_none_or(Vec::is_empty)
            })
    }

    /// The same answer, which must have no error of either kind.
    #[track_caller]
    pub fn ok(self) -> Self {
        assert!(self.is_ok(), "refused: {self:#?}");
        self
    }
}
