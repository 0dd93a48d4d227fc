//! Which form a body has, and which form the answer is wanted in.

use axum::http::{HeaderMap, header};

/// The forms of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/graphql-response+json`: the status tells whether the document was executed.
    GraphqlResponse,
    /// `application/json`: every answer to a well-formed request is 200.
    Json,
}

impl Media {
    /// As the header says it.
    pub fn content_type(self) -> &'static str {
        match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json => "application/json; charset=utf-8",
        }
    }
}

/// How an answer comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As one body.
    Whole(Media),
    /// As `text/event-stream`, event by event.
    Events,
}

impl Form {
    /// The form that the client likes best, of those that it likes as well the one that it names
    /// first; none when it accepts none.
    pub fn accepted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        let mut is_said = false;
        for header in headers.get_all(header::ACCEPT) {
            for range in header.to_str().unwrap_or_default().split(',') {
                is_said = true;
                let Some((weight, form)) = weighed(range) else { continue };
                if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
                    best = Some((weight, form));
                }
            }
        }
        if is_said { best.map(|(_, form)| form) } else { Some(Self::Whole(Media::Json)) }
    }

    /// How a problem is written.
    pub fn media(self) -> Media {
        match self {
            Self::Whole(media) => media,
            Self::Events => Media::GraphqlResponse,
        }
    }
}

/// A media range with its weight in thousandths.
fn weighed(range: &str) -> Option<(u16, Form)> {
    let mut parts = range.split(';').map(str::trim);
    let form = match parts.next()?.to_ascii_lowercase().as_str() {
        "application/graphql-response+json" => Form::Whole(Media::GraphqlResponse),
        "application/json" | "application/*" | "*/*" => Form::Whole(Media::Json),
        "text/event-stream" => Form::Events,
        _ => return None,
    };
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(Some(1000), thousandths);
    Some((weight?, form))
}

fn thousandths(quality: &str) -> Option<u16> {
    let (whole, part) = quality.split_once('.').unwrap_or((quality, ""));
    let whole: u16 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    if part.len() > 3 {
        return None;
    }
    Some(format!("{whole}{part:0<3}").parse::<u16>().ok()?.min(1000))
}

/// True when the body is JSON in UTF-8.
pub fn is_json(headers: &HeaderMap) -> bool {
    let Some(Ok(content_type)) = headers.get(header::CONTENT_TYPE).map(|value| value.to_str())
    else {
        return false;
    };
    let content_type = content_type.to_ascii_lowercase();
    let mut parts = content_type.split(';').map(str::trim);
    parts.next() == Some("application/json")
        && parts
            .filter_map(|part| part.strip_prefix("charset="))
            .all(|charset| charset.trim_matches('"') == "utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepting(accept: &'static str) -> Option<Form> {
        Form::accepted(&HeaderMap::from_iter([(header::ACCEPT, accept.parse().unwrap())]))
    }

    #[test]
    fn the_client_chooses_the_form() {
        assert_eq!(Form::accepted(&HeaderMap::new()), Some(Form::Whole(Media::Json)));
        assert_eq!(accepting("*/*"), Some(Form::Whole(Media::Json)));
        assert_eq!(accepting("text/html"), None);
        assert_eq!(
            accepting("application/graphql-response+json; charset=utf-8, application/json;q=0.9"),
            Some(Form::Whole(Media::GraphqlResponse))
        );
        assert_eq!(
            accepting("application/graphql-response+json;q=0.25, application/json;q=0.5"),
            Some(Form::Whole(Media::Json))
        );
        assert_eq!(accepting("text/event-stream"), Some(Form::Events));
        assert_eq!(accepting("text/event-stream, multipart/mixed, */*;q=0.1"), Some(Form::Events));
        assert_eq!(
            accepting("application/json, text/event-stream"),
            Some(Form::Whole(Media::Json)),
            "what names both is answered in the one that it names first"
        );
        assert_eq!(accepting("application/json;q=0"), None);
    }

    #[test]
    fn a_body_is_json_in_utf_8() {
        let is = |text: &'static str| {
            is_json(&HeaderMap::from_iter([(header::CONTENT_TYPE, text.parse().unwrap())]))
        };
        assert!(is("application/json") && is("Application/JSON; charset=UTF-8"));
        assert!(!is("application/json; charset=latin1") && !is("text/plain"));
        assert!(!is("multipart/form-data") && !is_json(&HeaderMap::new()));
    }
}
