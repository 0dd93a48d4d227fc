//! Which bytes of a file a client asks for (RFC 9110, section 14): one range, or the whole file.

use std::ops::Range;

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};

use super::problem::Problem;

/// That a range begins beyond the end of the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Beyond;

/// The range that is asked for; none where the whole file is sent: no range is asked for, or several,
/// or one in no known form, or of another file than this.
pub(super) fn wanted(
    headers: &HeaderMap,
    tag: &str,
    size: i64,
) -> Result<Option<Range<i64>>, Beyond> {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_of_this = match headers.get(header::IF_RANGE) {
        Some(of) => of.to_str().is_ok_and(|of| of == tag),
        None => true,
    };
    let asked = said(header::RANGE).filter(|_| is_of_this);
    match asked.and_then(|asked| asked.strip_prefix("bytes=")).and_then(|it| read(it, size)) {
        Some(range) if range.is_empty() => Err(Beyond),
        range => Ok(range),
    }
}

/// `first-last`, `first-` or `-count`; an empty range where that is beyond the end.
fn read(asked: &str, size: i64) -> Option<Range<i64>> {
    let number = |text: &str| {
        let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<i64>().unwrap_or(i64::MAX))
    };
    let (first, last) = asked.trim().split_once('-')?;
    if first.is_empty() {
        let count = number(last)?;
        return Some(size.saturating_sub(count).max(0)..if count == 0 { 0 } else { size });
    }
    let first = number(first)?;
    let last = if last.is_empty() { i64::MAX } else { number(last)? };
    if last < first {
        return None;
    }
    Some(first..last.saturating_add(1).min(size).max(first.min(size)))
        .map(|range| if range.start >= size { 0..0 } else { range })
}

/// The answer to a range that begins beyond the end.
pub(super) fn beyond(size: i64) -> Response {
    let mut response = Problem::BEYOND_THE_END.into_response();
    if let Ok(value) = HeaderValue::try_from(format!("bytes */{size}")) {
        response.headers_mut().insert(header::CONTENT_RANGE, value);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(range: &str) -> Result<Option<Range<i64>>, Beyond> {
        asked_if(range, None)
    }

    fn asked_if(range: &str, if_range: Option<&str>) -> Result<Option<Range<i64>>, Beyond> {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, HeaderValue::from_str(range).expect("a header"));
        if let Some(of) = if_range {
            headers.insert(header::IF_RANGE, HeaderValue::from_str(of).expect("a header"));
        }
        wanted(&headers, "\"a\"", 10)
    }

    #[test]
    fn a_download_goes_on_where_it_broke_off() {
        assert_eq!(asked("bytes=4-"), Ok(Some(4..10)));
        assert_eq!(asked("bytes=4-6"), Ok(Some(4..7)));
        assert_eq!(asked("bytes=4-4"), Ok(Some(4..5)));
        assert_eq!(asked("bytes=4-99"), Ok(Some(4..10)));
        assert_eq!(asked("bytes=-3"), Ok(Some(7..10)));
        assert_eq!(asked("bytes=-30"), Ok(Some(0..10)));
        assert_eq!(asked_if("bytes=4-", Some("\"a\"")), Ok(Some(4..10)));
    }

    #[test]
    fn what_is_beyond_the_end_is_refused_and_what_is_no_range_is_the_whole() {
        for beyond in ["bytes=10-", "bytes=10-12", "bytes=-0", "bytes=99999999999999999999-"] {
            assert_eq!(asked(beyond), Err(Beyond), "{beyond}");
        }
        for whole in ["bytes=6-4", "bytes=a-", "bytes=-", "bytes=1-2,4-5", "lines=1-2", "bytes=+1-"]
        {
            assert_eq!(asked(whole), Ok(None), "{whole}");
        }
        for other in ["\"b\"", "W/\"a\"", "Wed, 21 Oct 2015 07:28:00 GMT"] {
            assert_eq!(asked_if("bytes=4-", Some(other)), Ok(None), "{other}");
        }
    }
}
