//! What a line of a payments file is known by, so that the same line is never posted twice and
//! two lines that look alike are both posted: the publisher's transaction number, else the day and
//! what the line says; and of several lines with one key, which of them it is.

use std::collections::BTreeMap;

use aws_lc_rs::digest::{SHA256, digest};
use chrono::NaiveDate;
use entities::value::Pence;

use super::Payment;

/// A line that was posted before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownLine {
    /// Which of the lines with its key it is.
    pub occurrence: i32,
    /// What it said, as [`content_hash`].
    pub content_hash: Vec<u8>,
    /// When it was paid.
    pub paid_on: NaiveDate,
    /// How much it was.
    pub amount: Pence,
}

/// How a line stands to those that were posted before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is new, and will be this one of the lines with its key.
    New(i32),
    /// It was posted before.
    Posted,
    /// Its key was posted before with other content; says what differs.
    Differs(String),
}

/// SHA-256 of what is posted of a payment: its day, amount and supplier.
#[must_use]
pub fn content_hash(payment: &Payment) -> Vec<u8> {
    let content = (payment.paid_on, payment.amount.0, payment.supplier.as_str());
    // Tuples of texts, days and numbers always have a JSON form.
    let text = serde_json::to_vec(&content).unwrap_or_default();
    digest(&SHA256, &text).as_ref().to_vec()
}

/// The publisher's transaction number; else the day and the digest of what the line says.
#[must_use]
pub fn key(payment: &Payment) -> String {
    match &payment.number {
        Some(number) => format!("number {number}"),
        None => {
            let digits: String =
                content_hash(payment).iter().map(|byte| format!("{byte:02x}")).collect();
            format!("content {} {digits}", payment.paid_on)
        }
    }
}

/// How each of a file's lines stands to those `known` by publisher and key. A line is looked for
/// among the known ones by what it says, so that the order of a file does not count.
#[must_use]
pub fn standings(
    payments: &[&Payment],
    known: &BTreeMap<(String, String), Vec<KnownLine>>,
) -> Vec<Standing> {
    let mut groups: BTreeMap<(&str, String), Vec<usize>> = BTreeMap::new();
    for (place, payment) in payments.iter().enumerate() {
        groups.entry((payment.publisher.as_str(), key(payment))).or_default().push(place);
    }
    let mut standings = vec![Standing::Posted; payments.len()];
    for ((publisher, key), mut places) in groups {
        let mut left = known.get(&(publisher.to_owned(), key)).cloned().unwrap_or_default();
        let mut next = left.iter().map(|line| line.occurrence).max().unwrap_or(0) + 1;
        places.retain(|place| {
            let hash = content_hash(payments[*place]);
            let same = left.iter().position(|line| line.content_hash == hash);
            same.map(|same| left.remove(same)).is_none()
        });
        let mut left = left.into_iter();
        for place in places {
            standings[place] = match left.next() {
                Some(line) => Standing::Differs(differs(payments[place], &line)),
                None => {
                    next += 1;
                    Standing::New(next - 1)
                }
            };
        }
    }
    standings
}

fn differs(payment: &Payment, known: &KnownLine) -> String {
    let mut parts = Vec::new();
    if payment.paid_on != known.paid_on {
        parts.push(format!("on {} and not on {}", known.paid_on, payment.paid_on));
    }
    if payment.amount != known.amount {
        parts.push(format!("as {} and not as {}", known.amount, payment.amount));
    }
    if parts.is_empty() {
        parts.push("for another supplier".to_owned());
    }
    let number = payment.number.as_deref().unwrap_or_default();
    format!(
        "transaction number {number:?} was posted before, {}: record an adjustment, or correct \
         the file",
        parts.join(", ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::payments::Matched;

    fn payment(number: Option<&str>, day: u32, pence: i64, supplier: &str) -> Payment {
        Payment {
            publisher: "Council".to_owned(),
            number: number.map(str::to_owned),
            paid_on: NaiveDate::from_ymd_opt(2025, 3, day).unwrap(),
            amount: Pence(pence),
            is_rounded: false,
            supplier: supplier.to_owned(),
            matched: Matched::Nothing,
        }
    }

    /// The lines as they are known once they were posted.
    fn posted(payments: &[Payment]) -> BTreeMap<(String, String), Vec<KnownLine>> {
        let mut known: BTreeMap<_, Vec<KnownLine>> = BTreeMap::new();
        let all: Vec<&Payment> = payments.iter().collect();
        for (payment, standing) in payments.iter().zip(standings(&all, &BTreeMap::new())) {
            let Standing::New(occurrence) = standing else { panic!("{standing:?}") };
            let line = KnownLine {
                occurrence,
                content_hash: content_hash(payment),
                paid_on: payment.paid_on,
                amount: payment.amount,
            };
            known.entry((payment.publisher.clone(), key(payment))).or_default().push(line);
        }
        known
    }

    fn stand(payments: &[Payment], known: &[Payment]) -> Vec<Standing> {
        standings(&payments.iter().collect::<Vec<_>>(), &posted(known))
    }

    #[test]
    fn identical_lines_without_a_number_are_counted_and_each_is_posted_once() {
        let one = payment(None, 3, 100, "A");
        let three = [one.clone(), one.clone(), one.clone()];
        let new = [Standing::New(1), Standing::New(2), Standing::New(3)];
        assert_eq!(stand(&three, &[]), new);
        assert_eq!(stand(&three, &three), vec![Standing::Posted; 3]);
        let (posted, third) = (Standing::Posted, Standing::New(3));
        assert_eq!(stand(&three, &three[..2]), [posted.clone(), posted, third]);
        assert_eq!(stand(&[payment(None, 4, 100, "A")], &three), [Standing::New(1)]);
    }

    #[test]
    fn lines_of_one_number_are_all_posted_in_whatever_order_they_come_again() {
        let lines = [payment(Some("7"), 3, 100, "A"), payment(Some("7"), 3, 250, "A")];
        assert_eq!(stand(&lines, &[]), [Standing::New(1), Standing::New(2)]);
        let turned = [lines[1].clone(), lines[0].clone()];
        assert_eq!(stand(&turned, &lines), [Standing::Posted, Standing::Posted]);
        assert_eq!(stand(&turned, &lines[..1]), [Standing::New(2), Standing::Posted]);
    }

    #[test]
    fn a_known_number_with_other_content_says_what_differs() {
        let known = [payment(Some("7"), 3, 100, "A")];
        for (other, words) in [
            (payment(Some("7"), 4, 100, "A"), "on 2025-03-03 and not on 2025-03-04"),
            (payment(Some("7"), 3, 101, "A"), "as 1.00 and not as 1.01"),
            (payment(Some("7"), 3, 100, "B"), "another supplier"),
        ] {
            let [Standing::Differs(why)] = &stand(&[other], &known)[..] else { panic!("{words}") };
            assert!(why.contains(words), "{why}");
        }
    }
}
