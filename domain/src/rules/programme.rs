//! Whether a fund plans to spend more than comes in (rule M3).

use entities::value::Pence;

/// The budgets of a fund's schemes exceed its income, and nobody has approved that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the budgets would exceed the fund's contributions by {excess}: raise the contributions, or have the over-programming approved and record the approval on the fund"
)]
pub struct OverProgrammed {
    /// By how much.
    pub excess: Pence,
}

/// Whether schemes may have `budgets` in sum when `income` is the sum of the fund's contributions.
/// `approval` names the decision that marks the fund as over-programmed; whitespace is none.
///
/// # Errors
/// When the budgets are higher and there is no approval.
pub fn within_income(
    income: Pence,
    budgets: Pence,
    approval: Option<&str>,
) -> Result<(), OverProgrammed> {
    let approved = approval.is_some_and(|decision| !decision.trim().is_empty());
    if budgets <= income || approved {
        return Ok(());
    }
    Err(OverProgrammed { excess: Pence(budgets.0.saturating_sub(income.0)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_budgets_beyond_the_income_need_an_approval() {
        assert_eq!(within_income(Pence(100), Pence(100), None), Ok(()));
        let refused = Err(OverProgrammed { excess: Pence(1) });
        assert_eq!(within_income(Pence(100), Pence(101), None), refused);
        assert_eq!(within_income(Pence(100), Pence(101), Some("  ")), refused);
        assert_eq!(within_income(Pence(100), Pence(101), Some("Cabinet 12 May, item 4")), Ok(()));
    }
}
