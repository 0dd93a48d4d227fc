//! Cursors: the place of a row in its list, signed, and bound to the list, the order, the filter
//! and the viewer for which it was made.

use std::sync::Arc;

use async_graphql::ErrorExtensions;
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::NaiveDate;
use sea_orm::Value;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How many bytes of the signature a cursor carries.
const SIGNATURE_BYTES: usize = 16;

/// Signs the cursors of this database.
#[derive(Clone)]
pub struct CursorKey(Arc<hmac::Key>);

/// A list as one viewer sees it: a cursor is good in no other.
pub struct List<'a> {
    key: &'a CursorKey,
    what: String,
}

#[derive(Serialize, Deserialize)]
enum Part {
    #[serde(rename = "t")]
    Text(String),
    #[serde(rename = "i")]
    Integer(i64),
    #[serde(rename = "u")]
    Id(Uuid),
    #[serde(rename = "d")]
    Day(Option<NaiveDate>),
}

impl CursorKey {
    /// The key made from the database's own secret.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, secret)))
    }

    /// The list that `viewer` sees under `name`, in this order and with this filter.
    #[must_use]
    pub fn list(&self, viewer: Uuid, name: &str, order: &str, filter: &str) -> List<'_> {
        List { key: self, what: format!("{viewer}|{name}|{order}|{filter}") }
    }
}

impl List<'_> {
    /// The cursor of the row with these values.
    #[must_use]
    pub fn cursor(&self, values: &[Value]) -> String {
        let parts: Vec<Part> = values.iter().map(part).collect();
        let mut bytes = serde_json::to_vec(&parts).unwrap_or_default();
        let signature = self.signature(&bytes);
        bytes.extend_from_slice(&signature.as_ref()[..SIGNATURE_BYTES]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// The values of the row that `cursor` names.
    ///
    /// # Errors
    /// `BAD_CURSOR` when it was not made for this list.
    pub fn values(&self, cursor: &str) -> async_graphql::Result<Vec<Value>> {
        self.read(cursor).ok_or_else(|| {
            async_graphql::Error::new(
                "this cursor belongs to another list, order, filter or viewer: begin the list anew",
            )
            .extend_with(|_, extensions| extensions.set("code", "BAD_CURSOR"))
        })
    }

    fn read(&self, cursor: &str) -> Option<Vec<Value>> {
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (parts, signature) =
            bytes.split_at_checked(bytes.len().checked_sub(SIGNATURE_BYTES)?)?;
        let expected = self.signature(parts);
        aws_lc_rs::constant_time::verify_slices_are_equal(
            &expected.as_ref()[..SIGNATURE_BYTES],
            signature,
        )
        .ok()?;
        let parts: Vec<Part> = serde_json::from_slice(parts).ok()?;
        Some(parts.into_iter().map(value).collect())
    }

    fn signature(&self, parts: &[u8]) -> hmac::Tag {
        let mut context = hmac::Context::with_key(&self.key.0);
        context.update(self.what.as_bytes());
        context.update(&[0]);
        context.update(parts);
        context.sign()
    }
}

fn part(value: &Value) -> Part {
    match value {
        Value::String(Some(text)) => Part::Text(text.to_string()),
        Value::Int(Some(number)) => Part::Integer(i64::from(*number)),
        Value::BigInt(Some(number)) => Part::Integer(*number),
        Value::Uuid(Some(id)) => Part::Id(*id),
        Value::ChronoDate(day) => Part::Day(*day),
        other => Part::Text(other.to_string()),
    }
}

fn value(part: Part) -> Value {
    match part {
        Part::Text(text) => text.into(),
        Part::Integer(number) => number.into(),
        Part::Id(id) => id.into(),
        Part::Day(day) => day.into(),
    }
}
