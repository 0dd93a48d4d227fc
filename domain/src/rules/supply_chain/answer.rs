use entities::subcontract::Confirmation;

/// What a seller says of a subcontract that its buyer recorded (rule C10).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is so.
    Confirm,
    /// It is not so.
    Contest,
}

/// Why an answer changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnswered {
    /// It was confirmed before.
    #[error("the seller has confirmed this already")]
    ConfirmedAlready,
    /// It was contested before.
    #[error("the seller has contested this already")]
    ContestedAlready,
}

/// How a subcontract stands after its seller's answer. What was confirmed can still be contested,
/// and what was contested be confirmed.
///
/// # Errors
/// When the seller has said the same before.
pub fn answered(stands: Confirmation, answer: Answer) -> Result<Confirmation, NotAnswered> {
    match (stands, answer) {
        (Confirmation::Confirmed, Answer::Confirm) => Err(NotAnswered::ConfirmedAlready),
        (Confirmation::Contested, Answer::Contest) => Err(NotAnswered::ContestedAlready),
        (_, Answer::Confirm) => Ok(Confirmation::Confirmed),
        (_, Answer::Contest) => Ok(Confirmation::Contested),
    }
}

/// True while what a buyer entered for a seller without users stands on the buyer's word.
#[must_use]
pub fn is_on_behalf(was_entered_on_behalf: bool, stands: Confirmation) -> bool {
    was_entered_on_behalf && stands != Confirmation::Confirmed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c10_a_seller_confirms_or_contests_and_may_change_its_mind() {
        use Confirmation::{Confirmed, Contested, Recorded};
        assert_eq!(answered(Recorded, Answer::Confirm), Ok(Confirmed));
        assert_eq!(answered(Recorded, Answer::Contest), Ok(Contested));
        assert_eq!(answered(Contested, Answer::Confirm), Ok(Confirmed));
        assert_eq!(answered(Confirmed, Answer::Contest), Ok(Contested));
        assert_eq!(answered(Confirmed, Answer::Confirm), Err(NotAnswered::ConfirmedAlready));
        assert_eq!(answered(Contested, Answer::Contest), Err(NotAnswered::ContestedAlready));
    }

    #[test]
    fn c10_what_was_entered_on_behalf_is_marked_until_it_is_confirmed() {
        assert!(is_on_behalf(true, Confirmation::Recorded));
        assert!(is_on_behalf(true, Confirmation::Contested));
        assert!(!is_on_behalf(true, Confirmation::Confirmed));
        assert!(!is_on_behalf(false, Confirmation::Recorded));
    }
}
