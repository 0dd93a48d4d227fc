//! What buyers of links paid their sellers, by chance: in time, late and without terms, confirmed,
//! contested and withdrawn.

use chrono::{Days, NaiveDate};
use entities::{
    chain_payment as payment,
    chain_payment_act::{self as act, ChainPaymentActKind},
    subcontract as link,
    value::Pence,
};
use uuid::Uuid;

use super::Maker;
use crate::raw::day;

/// The last day on which anything is recorded.
fn last() -> NaiveDate {
    day(2025, 9, 30)
}

impl Maker {
    /// Up to six payments under every link that has begun.
    pub(super) fn chain_payments(&mut self) {
        let links = self.it.contracting.links.clone();
        for link in links.iter().filter(|row| row.starts_on < day(2025, 9, 1)) {
            for number in 0..self.below(7) {
                self.chain_payment(link, number);
            }
        }
    }

    fn chain_payment(&mut self, link: &link::Model, number: usize) {
        let (id, recorded_at) = (self.id(), self.known_at());
        // Most in the year about which is asked first.
        let first =
            if self.one_in(3) { link.starts_on } else { link.starts_on.max(day(2025, 4, 1)) };
        let span = u64::try_from((last() - first).num_days()).unwrap_or(0);
        let received_on = first + Days::new(self.random.below(span + 1));
        let after = self.pick(&[0, 29, 30, 31, 45]);
        let paid_on = (received_on + Days::new(after)).min(last());
        let later = paid_on + Days::new(20);
        let recorded_on = self.pick(&[paid_on, later, last()]).min(last());
        let amount = i64::try_from(self.between(1, 9_000_000)).unwrap_or(1);
        let payment_days = self.pick(&[Some(30), Some(30), None]);
        let on_behalf = self.one_in(4);
        self.it.contracting.payments.push(payment::Model {
            id,
            subcontract_id: link.id,
            invoice_reference: format!("INV {number}"),
            number: 1,
            invoice_received_on: received_on,
            amount_pence: Pence(amount),
            paid_on,
            payment_days,
            on_behalf,
            recorded_by_id: None,
            recorded_as_id: link.buyer_id,
            recorded_on,
            recorded_at,
        });
        self.said_of_payment(link, id, recorded_on);
    }

    fn said_of_payment(&mut self, link: &link::Model, payment_id: Uuid, recorded_on: NaiveDate) {
        use ChainPaymentActKind::{Confirmed, Contested, Withdrawn};
        let said: &[ChainPaymentActKind] = self.pick(&[
            &[][..],
            &[Confirmed],
            &[Confirmed],
            &[Contested],
            &[Contested, Confirmed],
            &[Confirmed, Contested],
            &[Contested, Withdrawn],
        ]);
        let mut on = recorded_on;
        for (number, kind) in (1..).zip(said.iter().copied()) {
            let later = on + Days::new(30);
            on = self.pick(&[on, later]).min(last());
            let by_buyer = kind == Withdrawn;
            let recorded_at = self.known_at();
            self.it.contracting.payment_acts.push(act::Model {
                payment_id,
                number,
                kind,
                received_on: (kind == Confirmed).then_some(recorded_on),
                reason: (kind != Confirmed).then(|| "Not so".to_owned()),
                recorded_by_id: None,
                recorded_as_id: if by_buyer { link.buyer_id } else { link.seller_id },
                recorded_on: on,
                recorded_at,
            });
        }
    }
}
