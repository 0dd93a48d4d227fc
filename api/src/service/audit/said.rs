use std::collections::BTreeMap;

use entities::value::{Instant, Pence};
use sea_orm::{EntityTrait, IdenStatic, Iterable, ModelTrait, Value};
use serde_json::{Value as Json, json};

/// What is never written: secrets, and what names a person.
const WITHHELD: [&str; 4] = ["password_hash", "private_key", "email", "cursor_secret"];

/// What a row says, its keys in their order, so that the same row is always the same text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said(BTreeMap<String, Json>);

impl Said {
    /// The same, and what a part of the thing says that has a table of its own.
    #[must_use]
    pub fn with<M: ModelTrait>(self, name: &str, rows: &[M]) -> Self {
        let rows = rows.iter().map(|row| json!(said(row).0)).collect();
        self.and(name, Json::Array(rows))
    }

    /// The same, and this.
    #[must_use]
    pub fn and(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    pub(super) fn text(&self) -> String {
        json!(self.0).to_string()
    }
}

/// What a row says: amounts in pounds, instants and days as text, identities as UUIDs.
pub fn said<M: ModelTrait>(row: &M) -> Said {
    let columns = <M::Entity as EntityTrait>::Column::iter();
    let columns = columns.filter(|column| !WITHHELD.contains(&column.as_str()));
    Said(columns.map(|c| (c.as_str().to_owned(), json(c.as_str(), row.get(c)))).collect())
}

fn json(column: &str, value: Value) -> Json {
    match value {
        Value::BigInt(Some(pence)) if column.ends_with("_pence") => json!(Pence(pence).to_string()),
        Value::BigInt(Some(at)) if column.ends_with("_at") => json!(Instant(at).to_utc()),
        Value::BigInt(Some(number)) => json!(number),
        Value::Int(Some(number)) => json!(number),
        Value::Bool(Some(is)) => json!(is),
        Value::String(Some(text)) => json!(text),
        Value::Uuid(Some(id)) => json!(id),
        Value::ChronoDate(Some(day)) => json!(day),
        Value::Bytes(Some(bytes)) => {
            json!(bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>())
        }
        _ => Json::Null,
    }
}

#[cfg(test)]
mod tests {
    use entities::account;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn people_appear_by_account_id_and_secrets_never() {
        let account = account::Model {
            id: Uuid::nil(),
            email: "finance@example.org".into(),
            password_hash: "$argon2id$".into(),
            disabled_at: Some(Instant(0)),
        };
        let text = said(&account).text();
        assert_eq!(
            text,
            r#"{"disabled_at":"1970-01-01T00:00:00Z","id":"00000000-0000-0000-0000-000000000000"}"#
        );
    }
}
