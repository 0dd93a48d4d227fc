use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName};

use crate::auth::Network;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Where a request comes from. Each proxy adds the address that it was asked from on the right, so
/// that what is further left than the trusted ones is what anybody may write.
pub(super) fn network(headers: &HeaderMap, peer: IpAddr, trusted_proxies: usize) -> Network {
    Network::of(forwarded(headers, trusted_proxies).unwrap_or(peer))
}

fn forwarded(headers: &HeaderMap, trusted_proxies: usize) -> Option<IpAddr> {
    let from_the_right = trusted_proxies.checked_sub(1)?;
    let lines = headers.get_all(FORWARDED_FOR).iter();
    let lines: Vec<&str> = lines.map(|line| line.to_str().ok()).collect::<Option<_>>()?;
    let mut hops = lines.iter().rev().flat_map(|line| line.rsplit(','));
    address(hops.nth(from_the_right)?.trim())
}

/// Some proxies write the port too.
fn address(written: &str) -> Option<IpAddr> {
    let bare = written.trim_start_matches('[').trim_end_matches(']');
    bare.parse().ok().or_else(|| written.parse::<SocketAddr>().ok().map(|whole| whole.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(lines: &[&str], trusted_proxies: usize) -> Network {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().unwrap());
        }
        network(&headers, [10, 0, 0, 1].into(), trusted_proxies)
    }

    fn of(address: &str) -> Network {
        Network::of(address.parse().unwrap())
    }

    #[test]
    fn without_a_trusted_proxy_the_header_is_not_believed() {
        assert_eq!(from(&["192.0.2.7"], 0), of("10.0.0.1"));
    }

    #[test]
    fn the_address_that_the_outermost_trusted_proxy_saw_counts() {
        let lines = ["203.0.113.9, 192.0.2.7", "198.51.100.2"];
        assert_eq!(from(&lines, 1), of("198.51.100.2"));
        assert_eq!(from(&lines, 2), of("192.0.2.7"));
        assert_eq!(from(&["192.0.2.7:4711"], 1), of("192.0.2.7"));
        assert_eq!(from(&["[2001:db8::1]:4711"], 1), of("2001:db8::2"));
    }

    #[test]
    fn where_the_header_says_too_little_the_peer_counts() {
        for lines in [&[][..], &["192.0.2.7"], &["nonsense, 192.0.2.7"], &[""]] {
            assert_eq!(from(lines, 2), of("10.0.0.1"), "{lines:?}");
        }
    }
}
