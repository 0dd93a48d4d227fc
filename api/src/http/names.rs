//! What a request is called by whoever sent it.

use axum::http::{HeaderMap, HeaderName};
use uuid::Uuid;

/// Where the caller names the request, and is told its name.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// Where a proxy says which trace the request is a part of.
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The name that the caller gives the request: one UUID, and nothing else that it may like to see
/// in a log.
pub(super) fn id(headers: &HeaderMap) -> Option<Uuid> {
    let mut given = headers.get_all(REQUEST_ID).iter();
    let (Some(name), None) = (given.next(), given.next()) else { return None };
    let id = Uuid::try_parse(name.to_str().ok().filter(|name| name.len() == 36)?).ok()?;
    (!id.is_nil() && !id.is_max()).then_some(id)
}

/// The trace that the request is a part of, as a proxy says that takes part in one: the W3C's
/// `traceparent` of version 00.
pub(super) fn trace(headers: &HeaderMap) -> Option<&str> {
    let mut given = headers.get_all(TRACEPARENT).iter();
    let (Some(parent), None) = (given.next(), given.next()) else { return None };
    let (trace, rest) = parent.to_str().ok()?.strip_prefix("00-")?.split_once('-')?;
    let (span, flags) = rest.split_once('-')?;
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
    };
    let is_none = |text: &str| text.bytes().all(|byte| byte == b'0');
    let is_whole = is_hex(trace, 32) && is_hex(span, 16) && is_hex(flags, 2);
    (is_whole && !is_none(trace) && !is_none(span)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn named_by(names: &[&'static str]) -> Option<Uuid> {
        let mut headers = HeaderMap::new();
        for name in names {
            headers.append(REQUEST_ID, HeaderValue::from_static(name));
        }
        id(&headers)
    }

    #[test]
    fn a_request_is_named_by_one_uuid_or_not_at_all() {
        let name = "0199a0de-7b1c-7d3e-8f00-0123456789ab";
        assert_eq!(named_by(&[name]), Uuid::try_parse(name).ok());
        let braced = "{0199a0de-7b1c-7d3e-8f00-0123456789ab}";
        let nil = "00000000-0000-0000-0000-000000000000";
        let max = "ffffffff-ffff-ffff-ffff-ffffffffffff";
        let plain = "0199a0de7b1c7d3e8f000123456789ab";
        for names in [&[][..], &[""], &["a@b.example"], &[braced], &[nil], &[max], &[plain]] {
            assert_eq!(named_by(names), None, "{names:?}");
        }
        assert_eq!(named_by(&[name, name]), None, "two names are none");
    }

    #[test]
    fn a_trace_is_named_by_one_whole_traceparent_or_not_at_all() {
        let of = |parents: &[&'static str]| {
            let mut headers = HeaderMap::new();
            for parent in parents {
                headers.append(TRACEPARENT, HeaderValue::from_static(parent));
            }
            trace(&headers).map(str::to_owned)
        };
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        assert_eq!(of(&[parent]).as_deref(), Some(trace));
        for parents in [
            &[][..],
            &[""],
            &[trace],
            &["01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"],
            &["00-00000000000000000000000000000000-00f067aa0ba902b7-01"],
            &["00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01"],
            &["00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"],
            &["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more"],
            &["00-a.person@council.example-00f067aa0ba902b7-01"],
            &[parent, parent],
        ] {
            assert_eq!(of(parents), None, "{parents:?}");
        }
    }
}
