//! How the value of a subcontract is shown: exact, as a band, or not at all.

use chrono::NaiveDate;
use entities::{access::Window, value::Pence};

use super::{Rights, Standing, matrix::FieldGroup};
use crate::rules::{
    band::band,
    supply_chain::{SharedDays, Shown},
};

/// What decides about the value of a link, beside how somebody stands to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkOpenness {
    /// Its tier.
    pub tier: i32,
    /// True when the commissioner has to approve it.
    pub is_material: bool,
    /// True when its own value is open.
    pub is_open_book: bool,
    /// True when its value and that of every link above it are open.
    pub is_open_all_the_way: bool,
    /// True when the lead provider shared it with its consortium, on a day that the viewer has seen.
    pub is_shared: bool,
}

impl Standing {
    /// The value of a link as it is shown. Its buyer and its seller read it. Whoever reads a summary
    /// reads its band, and whoever reads what is open the value of a link that is open-book or
    /// material. Whoever reads its own part, as the lead provider, reads tier 1, and deeper what is
    /// open-book all the way. Whoever reads what is shared reads what the lead shares, on its days.
    #[must_use]
    pub fn shows_link_value(&self, link: LinkOpenness, amount: Pence) -> Shown {
        let own = shown(self.own_rights(FieldGroup::LinkValue), link, amount);
        let by = self.previewers_rights(FieldGroup::LinkValue);
        match (own, by.map(|by| shown(by, link, amount))) {
            (own, None) => own,
            (Shown::Withheld, _) | (_, Some(Shown::Withheld)) => Shown::Withheld,
            (Shown::Exact(_), Some(less)) => less,
            (less, Some(_)) => less,
        }
    }

    /// True when something of the values of links is read here, of one or another.
    #[must_use]
    pub fn reads_link_values(&self) -> bool {
        let reads = |it: Rights| it.reads_own() || it.reads_summary() || it.reads_open();
        let by = self.previewers_rights(FieldGroup::LinkValue);
        reads(self.own_rights(FieldGroup::LinkValue)) && by.is_none_or(reads)
    }

    /// The days up to `today`, in spells, on which it reads what the lead provider shares: those that
    /// are shared, and its own by a relation that reads it.
    #[must_use]
    pub fn shared_days(
        &self,
        shared: &[SharedDays],
        today: NaiveDate,
    ) -> Vec<(NaiveDate, NaiveDate)> {
        let reads = |it: &&Window| {
            Self::of(std::slice::from_ref(*it)).rights(FieldGroup::LinkValue).reads_shared()
        };
        let of_both = |window: &Window, days: &SharedDays| {
            let last = days.last.unwrap_or(NaiveDate::MAX).min(window.covers_to).min(today);
            let first = days.first.max(window.covers_from);
            (first <= last).then_some((first, last))
        };
        let windows = self.windows().iter().filter(reads);
        windows.flat_map(|it| shared.iter().filter_map(move |days| of_both(it, days))).collect()
    }
}

fn shown(rights: Rights, link: LinkOpenness, amount: Pence) -> Shown {
    let is_open = link.is_open_book || link.is_material;
    let is_leads = link.tier == 1 || link.is_open_all_the_way;
    if rights.reads_all()
        || (rights.reads_open() && is_open)
        || (rights.reads_own() && is_leads)
        || (rights.reads_shared() && link.is_shared)
    {
        Shown::Exact(amount)
    } else if rights.reads_summary() {
        Shown::Banded(band(amount))
    } else {
        Shown::Withheld
    }
}

#[cfg(test)]
mod tests {
    use entities::relation::RelationKind;

    use super::*;
    use crate::{policy::Relation, rules::band::Band};

    const CLOSED: LinkOpenness = LinkOpenness {
        tier: 2,
        is_material: false,
        is_open_book: false,
        is_open_all_the_way: false,
        is_shared: false,
    };
    const AMOUNT: Pence = Pence(12_345_678);
    const BAND: Shown = Shown::Banded(Band::From100Thousand);

    fn shows(kind: RelationKind, link: LinkOpenness) -> Shown {
        Standing::whole(kind).shows_link_value(link, AMOUNT)
    }

    #[test]
    fn a_commissioner_reads_a_band_and_the_value_of_what_is_open_book_or_material() {
        for kind in [RelationKind::Host, RelationKind::CoordinatingCommissioner] {
            assert_eq!(shows(kind, CLOSED), BAND, "{kind:?}");
            let open = LinkOpenness { is_open_book: true, ..CLOSED };
            assert_eq!(shows(kind, open), Shown::Exact(AMOUNT), "{kind:?}");
            let material = LinkOpenness { is_material: true, ..CLOSED };
            assert_eq!(shows(kind, material), Shown::Exact(AMOUNT), "{kind:?}");
            let first = LinkOpenness { tier: 1, ..CLOSED };
            assert_eq!(shows(kind, first), BAND, "{kind:?}");
        }
    }

    #[test]
    fn a_member_of_a_consortium_reads_what_another_member_opened_and_no_price_besides() {
        let member = |link| shows(RelationKind::ConsortiumMember, link);
        assert_eq!(member(LinkOpenness { tier: 1, ..CLOSED }), Shown::Withheld);
        assert_eq!(member(LinkOpenness { is_open_book: true, ..CLOSED }), Shown::Exact(AMOUNT));
    }

    #[test]
    fn what_the_lead_shares_is_read_by_the_members_and_by_nobody_else_who_did_not() {
        let with = |kind| {
            let shared = LinkOpenness { is_shared: true, ..CLOSED };
            (shows(kind, CLOSED), shows(kind, shared))
        };
        let member = with(RelationKind::ConsortiumMember);
        assert_eq!(member, (Shown::Withheld, Shown::Exact(AMOUNT)));
        for relation in Relation::ALL {
            let Relation::Stands(kind) = relation else { continue };
            if kind != RelationKind::ConsortiumMember {
                let (before, after) = with(kind);
                assert_eq!(before, after, "{kind:?}");
            }
        }
    }

    #[test]
    fn what_was_shared_is_read_on_the_days_that_a_member_was_one() {
        let day = |month, day| NaiveDate::from_ymd_opt(2025, month, day).expect("a day");
        let own = Window {
            covers_from: day(4, 1),
            covers_to: day(9, 30),
            ..Standing::whole(RelationKind::ConsortiumMember).windows()[0]
        };
        let seller = Standing::whole(RelationKind::AssociateCommissioner);
        let days = |first, last| SharedDays { first, last };
        let shared = [
            days(day(1, 1), Some(day(3, 31))),
            days(day(5, 1), Some(day(5, 31))),
            days(day(9, 1), None),
            days(day(12, 1), None),
            days(day(6, 2), Some(day(6, 1))),
        ];
        let read = |today| Standing::of(&[own]).shared_days(&shared, today);
        assert_eq!(read(day(4, 30)), []);
        assert_eq!(read(day(5, 10)), [(day(5, 1), day(5, 10))]);
        let all = [(day(5, 1), day(5, 31)), (day(9, 1), day(9, 30))];
        assert_eq!(read(day(12, 31)), all);
        assert_eq!(seller.shared_days(&shared, day(12, 31)), []);
    }

    #[test]
    fn an_associate_and_a_regulator_read_a_band_also_of_what_is_open() {
        for kind in [RelationKind::AssociateCommissioner, RelationKind::Regulator] {
            let open = LinkOpenness { is_open_book: true, is_material: true, ..CLOSED };
            assert_eq!(shows(kind, open), BAND, "{kind:?}");
        }
    }

    #[test]
    fn a_lead_provider_reads_tier_1_and_deeper_what_is_open_all_the_way() {
        let lead = |link| shows(RelationKind::LeadProvider, link);
        assert_eq!(lead(CLOSED), Shown::Withheld);
        assert_eq!(lead(LinkOpenness { tier: 1, ..CLOSED }), Shown::Exact(AMOUNT));
        let here_only = LinkOpenness { is_open_book: true, ..CLOSED };
        assert_eq!(lead(here_only), Shown::Withheld);
        let all_the_way = LinkOpenness { is_open_all_the_way: true, ..here_only };
        assert_eq!(lead(all_the_way), Shown::Exact(AMOUNT));
    }

    #[test]
    fn v7_a_preview_shows_no_more_of_a_value_than_either_reads() {
        let days = [(chrono::NaiveDate::MIN, chrono::NaiveDate::MAX)];
        let previewed = |kind, link| {
            let standing = Standing::whole(kind).previewed(RelationKind::Host, &days);
            (standing.shows_link_value(link, AMOUNT), standing.reads_link_values())
        };
        let tier_1 = LinkOpenness { tier: 1, ..CLOSED };
        let open = LinkOpenness { is_open_book: true, ..CLOSED };
        let cases = [
            (RelationKind::LeadProvider, tier_1, (BAND, true)),
            (RelationKind::LeadProvider, CLOSED, (Shown::Withheld, true)),
            (RelationKind::Seller, CLOSED, (BAND, true)),
            (RelationKind::Seller, open, (Shown::Exact(AMOUNT), true)),
            (RelationKind::AssociateCommissioner, open, (BAND, true)),
            (RelationKind::ConsortiumMember, tier_1, (Shown::Withheld, true)),
            (RelationKind::BoardMember, open, (Shown::Withheld, false)),
        ];
        for (kind, link, expected) in cases {
            assert_eq!(previewed(kind, link), expected, "{kind:?} {link:?}");
        }
    }

    #[test]
    fn buyer_and_seller_read_their_own_and_others_nothing() {
        for kind in [RelationKind::Buyer, RelationKind::Seller] {
            assert_eq!(shows(kind, CLOSED), Shown::Exact(AMOUNT), "{kind:?}");
        }
        for kind in [RelationKind::BoardMember, RelationKind::Party, RelationKind::FundedProvider] {
            assert_eq!(shows(kind, CLOSED), Shown::Withheld, "{kind:?}");
        }
        assert_eq!(shows(RelationKind::Regulator, CLOSED), BAND);
    }
}
