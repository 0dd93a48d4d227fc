//! Measurements that somebody entered for whom they are about (rule C10).

use entities::measurement_answer::MeasurementAnswer;

/// How a measurement stands that somebody else entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnBehalf {
    /// True when somebody else entered it.
    pub is_entered: bool,
    /// What whoever it is about said of it.
    pub answer: Option<MeasurementAnswer>,
    /// True when it was validated or rejected.
    pub is_decided: bool,
}

/// Why an answer changes nothing, or a measurement does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotSaidOfMeasurement {
    /// Whoever it is about submitted it itself.
    #[error("whoever measured this submitted it itself: there is nothing to confirm or contest")]
    SubmittedItself,
    /// It was answered before.
    #[error("this was confirmed or contested already: what was said of it stays")]
    AnsweredAlready,
    /// It was decided before.
    #[error("this was validated or rejected already: submit another measurement instead")]
    DecidedAlready,
    /// Whoever it is about says that it is not so.
    #[error(
        "rule C10: whoever this is about contests it: reject it, or have it submitted by them anew"
    )]
    Contested,
}

impl OnBehalf {
    /// True while it stands on the word of whoever entered it.
    #[must_use]
    pub fn is_marked(self) -> bool {
        self.is_entered && self.answer != Some(MeasurementAnswer::Confirmed)
    }

    /// That whoever it is about may say something of it: once, and that it is not so before it is
    /// decided on.
    ///
    /// # Errors
    /// Why not.
    pub fn answered(self, answer: MeasurementAnswer) -> Result<(), NotSaidOfMeasurement> {
        if !self.is_entered {
            return Err(NotSaidOfMeasurement::SubmittedItself);
        }
        if self.answer.is_some() {
            return Err(NotSaidOfMeasurement::AnsweredAlready);
        }
        if self.is_decided && answer == MeasurementAnswer::Contested {
            return Err(NotSaidOfMeasurement::DecidedAlready);
        }
        Ok(())
    }

    /// That it may be validated: not while whoever it is about contests it.
    ///
    /// # Errors
    /// That it does.
    pub fn validated(self) -> Result<(), NotSaidOfMeasurement> {
        match self.answer {
            Some(MeasurementAnswer::Contested) => Err(NotSaidOfMeasurement::Contested),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use MeasurementAnswer::{Confirmed, Contested};

    const ENTERED: OnBehalf = OnBehalf { is_entered: true, answer: None, is_decided: false };

    #[test]
    fn c10_what_was_entered_for_somebody_is_marked_until_they_confirm_it() {
        let said = |answer| OnBehalf { answer: Some(answer), ..ENTERED };
        assert!(ENTERED.is_marked() && said(Contested).is_marked());
        assert!(!said(Confirmed).is_marked());
        assert!(!OnBehalf { is_entered: false, ..ENTERED }.is_marked());
    }

    #[test]
    fn c10_whoever_it_is_about_answers_once_and_contests_before_it_is_decided() {
        let own = OnBehalf { is_entered: false, ..ENTERED };
        let decided = OnBehalf { is_decided: true, ..ENTERED };
        for answer in [Confirmed, Contested] {
            assert_eq!(ENTERED.answered(answer), Ok(()));
            assert_eq!(own.answered(answer), Err(NotSaidOfMeasurement::SubmittedItself));
            let again = OnBehalf { answer: Some(answer), ..ENTERED }.answered(Confirmed);
            assert_eq!(again, Err(NotSaidOfMeasurement::AnsweredAlready));
        }
        assert_eq!(decided.answered(Confirmed), Ok(()));
        assert_eq!(decided.answered(Contested), Err(NotSaidOfMeasurement::DecidedAlready));
    }

    #[test]
    fn c10_what_is_contested_does_not_come_to_count() {
        let said = |answer| OnBehalf { answer: Some(answer), ..ENTERED }.validated();
        assert_eq!((ENTERED.validated(), said(Confirmed)), (Ok(()), Ok(())));
        assert_eq!(said(Contested), Err(NotSaidOfMeasurement::Contested));
    }
}
