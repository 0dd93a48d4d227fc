//! What ring-fenced money may be spent on (rule M6).

/// A funding source, and what it may fund.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source<'a> {
    /// Its code.
    pub code: &'a str,
    /// Whether it may fund only the scheme types named for it.
    pub is_ring_fenced: bool,
    /// The codes of the scheme types named for it.
    pub eligible: &'a [&'a str],
}

/// A ring-fenced source was meant to fund a scheme that is not eligible for it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{source_code} is ring-fenced and may not fund schemes of the type {scheme_type}")]
pub struct RingFenceBreach {
    /// The source.
    pub source_code: String,
    /// The scheme's type.
    pub scheme_type: String,
}

/// Whether `source` may fund a scheme of this type. A source that is ring-fenced and has no
/// eligible type funds nothing.
///
/// # Errors
/// When the source is ring-fenced and the type is not eligible.
pub fn may_fund(source: &Source<'_>, scheme_type: &str) -> Result<(), RingFenceBreach> {
    if !source.is_ring_fenced || source.eligible.contains(&scheme_type) {
        return Ok(());
    }
    Err(RingFenceBreach { source_code: source.code.into(), scheme_type: scheme_type.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m6_a_disabled_facilities_grant_adapts_homes_and_nothing_else() {
        let grant = Source { code: "DFG", is_ring_fenced: true, eligible: &["HOME_ADAPTATIONS"] };
        assert_eq!(may_fund(&grant, "HOME_ADAPTATIONS"), Ok(()));
        let breach = may_fund(&grant, "HOME_CARE").expect_err("a breach");
        assert_eq!(
            breach.to_string(),
            "DFG is ring-fenced and may not fund schemes of the type HOME_CARE"
        );
        assert!(may_fund(&Source { eligible: &[], ..grant.clone() }, "HOME_ADAPTATIONS").is_err());
        let core = Source { is_ring_fenced: false, ..grant };
        assert_eq!(may_fund(&core, "HOME_CARE"), Ok(()));
    }
}
