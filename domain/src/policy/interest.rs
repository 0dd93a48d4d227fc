//! Interests that are declared in a contract, and whom they shut out (rule G3).

use chrono::NaiveDate;
use uuid::Uuid;

use super::decisions::ContractParties;

/// An interest as it was declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interest {
    /// Whose; none of one that an organisation has as a whole.
    pub account: Option<Uuid>,
    /// The organisation that declared it, or for which the account did.
    pub organisation: Uuid,
    /// True of one that shuts out, and not only is on record.
    pub excludes: bool,
    /// The first day of the interest.
    pub starts_on: NaiveDate,
    /// True once it was withdrawn.
    pub is_withdrawn: bool,
}

/// Somebody who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asker {
    /// The account; none of a token made by the operator.
    pub account: Option<Uuid>,
    /// The organisation acted as.
    pub organisation: Uuid,
}

impl Interest {
    /// True when it shuts somebody out on a day: the one account, whatever organisation it acts for;
    /// or everybody who acts for the organisation whose interest it is.
    #[must_use]
    pub fn shuts_out(&self, asker: Asker, day: NaiveDate) -> bool {
        self.counts(day)
            && match self.account {
                Some(account) => asker.account == Some(account),
                None => asker.organisation == self.organisation,
            }
    }

    fn counts(&self, day: NaiveDate) -> bool {
        self.excludes && !self.is_withdrawn && self.starts_on <= day
    }
}

impl ContractParties {
    /// The same, with those whom interests shut out on a day, and whether they shut out who asks.
    #[must_use]
    pub fn less(self, interests: &[Interest], asker: Asker, day: NaiveDate) -> Self {
        let whole = interests.iter().filter(|it| it.account.is_none() && it.counts(day));
        Self {
            interested: whole.map(|it| it.organisation).collect(),
            asker_is_interested: interests.iter().any(|it| it.shuts_out(asker, day)),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const COUNCIL: Uuid = Uuid::from_u128(1);
    const BOARD: Uuid = Uuid::from_u128(2);
    const OFFICER: Uuid = Uuid::from_u128(11);
    const COLLEAGUE: Uuid = Uuid::from_u128(12);

    fn day(number: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 4, number).expect("a day")
    }

    fn interest(account: Option<Uuid>) -> Interest {
        Interest {
            account,
            organisation: COUNCIL,
            excludes: true,
            starts_on: day(10),
            is_withdrawn: false,
        }
    }

    fn asker(account: Uuid, organisation: Uuid) -> Asker {
        Asker { account: Some(account), organisation }
    }

    #[test]
    fn g3_one_users_interest_shuts_out_the_one_user_for_whomever_it_acts() {
        let own = interest(Some(OFFICER));
        assert!(own.shuts_out(asker(OFFICER, COUNCIL), day(10)));
        assert!(own.shuts_out(asker(OFFICER, BOARD), day(10)));
        assert!(!own.shuts_out(asker(COLLEAGUE, COUNCIL), day(10)));
        assert!(!own.shuts_out(Asker { account: None, organisation: COUNCIL }, day(10)));
    }

    #[test]
    fn g3_an_organisations_interest_shuts_out_everybody_who_acts_for_it() {
        let whole = interest(None);
        assert!(whole.shuts_out(asker(OFFICER, COUNCIL), day(10)));
        assert!(whole.shuts_out(Asker { account: None, organisation: COUNCIL }, day(10)));
        assert!(!whole.shuts_out(asker(OFFICER, BOARD), day(10)));
        let parties = ContractParties {
            co_ordinating: Some(BOARD),
            associates: vec![COUNCIL],
            ..ContractParties::default()
        };
        let less = parties.clone().less(&[whole], asker(OFFICER, BOARD), day(10));
        assert_eq!(less.deciding(), [BOARD]);
        assert!(!less.asker_is_interested);
        let own = parties.less(&[interest(Some(OFFICER))], asker(OFFICER, BOARD), day(10));
        assert_eq!(own.deciding(), [BOARD, COUNCIL], "a colleague decides for it");
        assert!(own.asker_is_interested);
    }

    proptest! {
        #[test]
        fn g3_an_interest_shuts_out_from_its_first_day_until_it_is_withdrawn_and_no_noted_one_does(
            excludes: bool, is_withdrawn: bool, on in 1u32..30,
        ) {
            let it = Interest { excludes, is_withdrawn, ..interest(Some(OFFICER)) };
            let expected = excludes && !is_withdrawn && on >= 10;
            prop_assert_eq!(it.shuts_out(asker(OFFICER, COUNCIL), day(on)), expected);
            let whole = Interest { account: None, ..it };
            let parties = ContractParties::default().less(&[whole], asker(OFFICER, BOARD), day(on));
            prop_assert_eq!(!parties.interested.is_empty(), expected);
        }
    }
}
