//! The evidence of a decision that a cabinet, board or committee took elsewhere (rule G4).

use chrono::NaiveDate;
use domain::policy::decisions;

use super::{Code, Refusal, text};

/// Who decided, when, and where it is minuted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The cabinet, board or committee.
    pub deciding_body: String,
    /// When it decided; it may precede the recording and never follows it.
    pub decided_on: NaiveDate,
    /// Where the decision is minuted.
    pub minute_reference: String,
}

impl Decision {
    /// The decision with its texts in order, when it was taken by `today`.
    ///
    /// # Errors
    /// `INVALID_VALUE` under `path`.
    pub fn checked(&self, today: NaiveDate, path: &str) -> Result<Self, Refusal> {
        if self.decided_on > today {
            let sentence =
                format!("{} has not come yet: a decision is recorded once taken", self.decided_on);
            return Err(Refusal::new(Code::InvalidValue, sentence).at(&format!("{path}.decidedOn")));
        }
        Ok(Self {
            deciding_body: text::required(
                &self.deciding_body,
                200,
                &format!("{path}.decidingBody"),
            )?,
            decided_on: self.decided_on,
            minute_reference: text::required(
                &self.minute_reference,
                200,
                &format!("{path}.minuteReference"),
            )?,
        })
    }

    /// The decision as the policy knows it.
    #[must_use]
    pub fn named(&self) -> decisions::Decision<'_> {
        decisions::Decision {
            deciding_body: &self.deciding_body,
            minute_reference: &self.minute_reference,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g4_a_decision_names_its_body_and_minute_and_was_taken_already() {
        let day = |day| NaiveDate::from_ymd_opt(2025, 6, day).expect("a day");
        let decision = Decision {
            deciding_body: " Cabinet ".into(),
            decided_on: day(3),
            minute_reference: "CAB/14".into(),
        };
        let checked = decision.checked(day(3), "decision").expect("a decision");
        assert_eq!(checked.deciding_body, "Cabinet");
        assert_eq!(
            decision.checked(day(2), "decision").unwrap_err().path,
            ["decision", "decidedOn"]
        );
        let unminuted = Decision { minute_reference: String::new(), ..decision };
        let refused = unminuted.checked(day(3), "decision").unwrap_err();
        assert_eq!(refused.path, ["decision", "minuteReference"]);
    }
}
