//! Addresses of databases, as they may be shown.

/// What stands for a password.
const MASK: &str = "***";

/// The address without its passwords: before the host, and among the parameters.
#[must_use]
pub fn masked(address: &str) -> String {
    let (before, parameters) = match address.split_once('?') {
        Some((before, parameters)) => (before, Some(parameters)),
        None => (address, None),
    };
    let mut shown = without_user_password(before);
    if let Some(parameters) = parameters {
        let parameters: Vec<String> = parameters.split('&').map(parameter).collect();
        shown = format!("{shown}?{}", parameters.join("&"));
    }
    shown
}

/// A password may hold any sign, if wrongly: what is between the first colon and the last `@`.
fn without_user_password(address: &str) -> String {
    let (scheme, rest) = match address.split_once("://") {
        Some((scheme, rest)) => (format!("{scheme}://"), rest),
        None => (String::new(), address),
    };
    let Some((user, host)) = rest.rsplit_once('@') else { return address.to_owned() };
    match user.split_once(':') {
        Some((user, _)) => format!("{scheme}{user}:{MASK}@{host}"),
        None => address.to_owned(),
    }
}

fn parameter(parameter: &str) -> String {
    match parameter.split_once('=') {
        Some((name, _)) if name.to_ascii_lowercase().contains("pass") => format!("{name}={MASK}"),
        _ => parameter.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn passwords_are_masked_and_nothing_else() {
        for shown in [
            "sqlite:tributary.db",
            "sqlite:///var/lib/a.db?mode=rwc",
            "postgres://owner@host:5432/name?application_name=a",
            "postgres:///name?host=/tmp&user=tributary",
        ] {
            assert_eq!(masked(shown), shown);
        }
        for (address, shown) in [
            ("postgres://owner:s3cret@host/name", "postgres://owner:***@host/name"),
            ("postgres://owner:s3/c@r:t@host/name", "postgres://owner:***@host/name"),
            ("postgers://owner:s3cret@host/name", "postgers://owner:***@host/name"),
            ("owner:s3cret@host/name", "owner:***@host/name"),
            (
                "postgres://host/name?user=a&password=s3cret&sslmode=require",
                "postgres://host/name?user=a&password=***&sslmode=require",
            ),
        ] {
            assert_eq!(masked(address), shown);
        }
    }
}
