use entities::partnership_agreement::{AgreementEvidence, AgreementStatus, Model};
use uuid::Uuid;

use crate::service::{Code, Refusal, text};

/// The most months of notice that anybody agrees to.
const LONGEST_NOTICE_MONTHS: i32 = 120;

/// The terms with their texts in order, when they can be an agreement's.
///
/// # Errors
/// The first thing that cannot be, at the path of its field.
pub(super) fn checked(
    terms: Model,
    host: Option<Uuid>,
    partners: &[Uuid],
) -> Result<Model, Refusal> {
    let invalid =
        |sentence: &str, path: &str| Err(Refusal::new(Code::InvalidValue, sentence).at(path));
    let terms = Model {
        reference: text::required(&terms.reference, 60, "reference")?,
        title: text::required(&terms.title, 300, "title")?,
        aims: text::optional(Some(&terms.aims), 10_000, "aims")?.unwrap_or_default(),
        pool_manager: text::optional(terms.pool_manager.as_deref(), 200, "poolManager")?,
        ..terms
    };
    if terms.ends_on.is_some_and(|end| end < terms.starts_on) {
        return invalid("an agreement does not end before it starts", "endsOn");
    }
    if terms.notice_months.is_some_and(|months| !(0..=LONGEST_NOTICE_MONTHS).contains(&months)) {
        return invalid("notice is 0 to 120 months", "noticeMonths");
    }
    if host.is_some_and(|host| !partners.contains(&host)) {
        return invalid("the host is one of the partners: list it among them", "host");
    }
    let in_force = terms.status == AgreementStatus::InForce;
    if in_force && terms.evidence == AgreementEvidence::Signed {
        let sentence = "a signed agreement is in force only with a host and a pool manager (G2): \
                        name both, or say by `evidence` that it is unsigned or incomplete";
        if host.is_none() {
            return invalid(sentence, "host");
        }
        if terms.pool_manager.is_none() {
            return invalid(sentence, "poolManager");
        }
    }
    Ok(terms)
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entities::partnership_agreement::{PostingVisibility, StatutoryBasis};

    use super::*;

    const HOST: Uuid = Uuid::from_u128(1);
    const PARTNER: Uuid = Uuid::from_u128(2);

    fn terms() -> Model {
        let day = |year| NaiveDate::from_ymd_opt(year, 4, 1);
        Model {
            id: Uuid::nil(),
            owner_id: HOST,
            reference: "S75-1".into(),
            title: "Better care".into(),
            aims: String::new(),
            statutory_basis: StatutoryBasis::Section75,
            status: AgreementStatus::InForce,
            evidence: AgreementEvidence::Signed,
            pool_manager: Some("Head of joint commissioning".into()),
            starts_on: day(2025).expect("a day"),
            ends_on: day(2028),
            notice_months: Some(12),
            postings: PostingVisibility::Live,
            version: 1,
        }
    }

    fn refused_at(terms: Model) -> String {
        checked(terms, Some(HOST), &[HOST, PARTNER]).expect_err("it cannot be").path.join(".")
    }

    #[test]
    fn g2_a_signed_agreement_is_in_force_only_with_host_and_pool_manager() {
        assert!(checked(terms(), Some(HOST), &[HOST, PARTNER]).is_ok());
        let nobody = checked(terms(), None, &[HOST, PARTNER]).unwrap_err();
        assert_eq!(nobody.path, ["host"]);
        assert_eq!(refused_at(Model { pool_manager: Some(" ".into()), ..terms() }), "poolManager");
        let unsigned = AgreementEvidence::UnsignedOperating;
        let operating = Model { pool_manager: None, evidence: unsigned, ..terms() };
        assert!(checked(operating, None, &[HOST, PARTNER]).is_ok());
        let draft = Model { status: AgreementStatus::Draft, ..terms() };
        assert!(checked(draft, None, &[HOST, PARTNER]).is_ok());
    }

    #[test]
    fn the_host_is_a_partner_and_the_end_follows_the_start() {
        let stranger = checked(terms(), Some(Uuid::from_u128(9)), &[HOST, PARTNER]).unwrap_err();
        assert_eq!(stranger.path, ["host"]);
        assert_eq!(
            refused_at(Model { ends_on: NaiveDate::from_ymd_opt(2025, 3, 31), ..terms() }),
            "endsOn"
        );
        assert_eq!(refused_at(Model { notice_months: Some(-1), ..terms() }), "noticeMonths");
        assert_eq!(refused_at(Model { title: String::new(), ..terms() }), "title");
    }
}
