//! What is shared of links with consortia, by chance: for days that are over, that go on and that are to
//! come, stopped or not.

use chrono::NaiveDate;
use entities::{consortium_share as share, consortium_share_end as end, subcontract as link};

use super::Maker;
use crate::raw::day;

impl Maker {
    /// Most links are shared once, and some once more.
    pub(super) fn consortium_shares(&mut self) {
        let links = self.it.contracting.links.clone();
        for link in &links {
            if self.one_in(4) {
                continue;
            }
            let is_over = self.shared(link);
            if is_over && self.one_in(2) {
                self.shared_again(link);
            }
        }
    }

    /// Answers whether it was over by 23 September.
    fn shared(&mut self, link: &link::Model) -> bool {
        let first = [day(2023, 4, 1), day(2025, 5, 1), day(2025, 9, 10), day(2025, 12, 1)];
        let starts_on = self.pick(&first).max(link.recorded_on);
        let later = starts_on.min(day(2025, 9, 12));
        let recorded_on = self.pick(&[link.recorded_on, later]).min(starts_on);
        let planned = self.pick(&[None, None, Some(day(2025, 9, 22)), Some(day(2026, 3, 31))]);
        let planned = planned.filter(|last| starts_on <= *last);
        self.share(link, (1, recorded_on), (starts_on, planned));
        if planned.is_some() || self.one_in(2) {
            return planned.is_some_and(|last| last < day(2025, 9, 23));
        }
        let ends_on = self.pick(&[day(2025, 9, 20), day(2025, 9, 22), day(2025, 10, 31)]);
        let recorded_at = self.known_at();
        self.it.contracting.consortium_share_ends.push(end::Model {
            subcontract_id: link.id,
            number: 1,
            ends_on,
            reason: "It is tendered anew".to_owned(),
            document_reference: None,
            recorded_as_id: link.buyer_id,
            recorded_on: recorded_on.max(day(2025, 9, 15)),
            recorded_at,
        });
        ends_on < day(2025, 9, 23)
    }

    fn shared_again(&mut self, link: &link::Model) {
        let starts_on = self.pick(&[day(2025, 9, 24), day(2025, 9, 27)]);
        self.share(link, (2, starts_on), (starts_on, None));
    }

    fn share(
        &mut self,
        link: &link::Model,
        (number, recorded_on): (i32, NaiveDate),
        (starts_on, ends_on): (NaiveDate, Option<NaiveDate>),
    ) {
        let recorded_at = self.known_at();
        self.it.contracting.consortium_shares.push(share::Model {
            subcontract_id: link.id,
            number,
            starts_on,
            ends_on,
            reason: format!("Reason {number}"),
            document_reference: None,
            recorded_as_id: link.buyer_id,
            recorded_on,
            recorded_at,
        });
    }
}
