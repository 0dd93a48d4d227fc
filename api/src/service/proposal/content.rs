use aws_lc_rs::digest::{SHA256, digest};
use entities::{
    proposal::{self, ProposalKind},
    value::Pence,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::recorded::Recorded;
use crate::service::{
    Code, Refusal, Stopped,
    agreement::AgreementChange,
    contribution::Variation,
    ledger::{NewAdjustment, NewExpenditure, NewJournal},
    movement::{ContributionLine, NewMovement, SchemeLine},
    risk_share::NewRiskShare,
    roll_forward::RollForward,
    team::NewMember,
};

/// What is proposed: the input of the use case that applies it. Whose decision it rests on is not
/// part of it, because nobody has decided yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Content {
    /// A movement of budget.
    Movement(NewMovement),
    /// A variation of a contribution.
    Variation(Variation),
    /// Money spent on a scheme.
    Expenditure(NewExpenditure),
    /// A correction of what was spent.
    Adjustment(NewAdjustment),
    /// Entries chosen by the host.
    Journal(NewJournal),
    /// A change of the agreement.
    AgreementChange(AgreementChange),
    /// A seat on a team for another organisation's staff.
    TeamMember(NewMember),
    /// How over- and underspend is shared.
    RiskShare(NewRiskShare),
    /// A year, rolled forward into the next.
    YearRollForward(RollForward),
}

impl Content {
    /// The kind of proposal that it makes.
    #[must_use]
    pub fn kind(&self) -> ProposalKind {
        match self {
            Self::Movement(_) => ProposalKind::Virement,
            Self::Variation(_) => ProposalKind::ContributionVariation,
            Self::Expenditure(_) | Self::Adjustment(_) | Self::Journal(_) => ProposalKind::Posting,
            Self::AgreementChange(_) => ProposalKind::AgreementChange,
            Self::TeamMember(_) => ProposalKind::TeamMembership,
            Self::RiskShare(_) => ProposalKind::RiskShare,
            Self::YearRollForward(_) => ProposalKind::YearRollForward,
        }
    }

    /// The name of the mutation that proposes it.
    #[must_use]
    pub fn mutation(&self) -> &'static str {
        match self.kind() {
            ProposalKind::Virement => "proposeVirement",
            ProposalKind::ContributionVariation => "proposeContributionVariation",
            ProposalKind::Posting => "proposePosting",
            ProposalKind::AgreementChange => "proposeAgreementChange",
            ProposalKind::TeamMembership => "proposeTeamMembership",
            ProposalKind::RiskShare => "proposeRiskShare",
            ProposalKind::YearRollForward => "rollForwardYear",
        }
    }

    /// How much money it is about: what a limit is held against; none of a change of terms, and of
    /// a seat on a team.
    #[must_use]
    pub fn amount(&self) -> Option<Pence> {
        let gains = |amounts: &mut dyn Iterator<Item = Pence>| -> Pence {
            Pence(amounts.fold(0, |sum: i64, amount| sum.saturating_add(amount.0.max(0))))
        };
        let size = |amount: Pence| Pence(amount.0.saturating_abs());
        Some(match self {
            Self::Movement(new) => {
                let gained = gains(&mut new.schemes.iter().map(|line| line.amount));
                let lost = gains(&mut new.schemes.iter().map(|line| size(line.amount)));
                gained.max(Pence(lost.0.saturating_sub(gained.0)))
            }
            Self::Variation(new) => size(new.amount),
            Self::Expenditure(new) => size(new.amount),
            Self::Adjustment(new) => size(new.amount),
            Self::Journal(new) => gains(&mut new.lines.iter().map(|line| line.amount)),
            Self::YearRollForward(new) => new.income().max(new.budgets()),
            Self::AgreementChange(_) | Self::TeamMember(_) | Self::RiskShare(_) => return None,
        })
    }

    /// What it adds to the budgets of schemes.
    #[must_use]
    pub fn schemes(&self) -> &[SchemeLine] {
        match self {
            Self::Movement(new) => &new.schemes,
            _ => &[],
        }
    }

    /// What it adds to contributions, partner by partner.
    #[must_use]
    pub fn contributions(&self) -> &[ContributionLine] {
        match self {
            Self::Movement(new) => &new.contributions,
            _ => &[],
        }
    }

    /// The contribution that it varies.
    #[must_use]
    pub fn varies(&self) -> Option<Uuid> {
        match self {
            Self::Variation(new) => Some(new.contribution),
            _ => None,
        }
    }

    /// The seat on a team that it gives.
    #[must_use]
    pub fn seat(&self) -> Option<&NewMember> {
        match self {
            Self::TeamMember(new) => Some(new),
            _ => None,
        }
    }

    /// The year that it rolls forward.
    #[must_use]
    pub fn roll_forward(&self) -> Option<&RollForward> {
        match self {
            Self::YearRollForward(new) => Some(new),
            _ => None,
        }
    }

    /// The content as it is stored: the same text for the same content.
    ///
    /// # Errors
    /// Never, of what the program made.
    pub(super) fn text(&self) -> Result<String, Stopped> {
        serde_json::to_string(self)
            .map_err(|why| Stopped::Fault(sea_orm::DbErr::Custom(why.to_string())))
    }
}

/// What identifies a content: two that differ in one byte differ in this.
#[must_use]
pub(in crate::service) fn hash(text: &str) -> Vec<u8> {
    digest(&SHA256, text.as_bytes()).as_ref().to_vec()
}

/// What the stored text says, as far as it can be read: for showing it.
#[must_use]
pub fn shown(row: &proposal::Model) -> Option<Content> {
    serde_json::from_str(&row.content).ok()
}

/// The content of a proposal, when it is byte for byte what was proposed and what everybody who
/// decided had before them.
///
/// # Errors
/// `NOT_ALLOWED` when it is not.
pub(super) fn unchanged(recorded: &Recorded) -> Result<Content, Stopped> {
    let row = &recorded.row;
    let stored = hash(&row.content);
    let is_same = stored == row.content_hash
        && recorded.decisions.iter().all(|decision| decision.content_hash == stored);
    let content = shown(row).filter(|_| is_same);
    if let Some(content) = content
        && content.text()? == row.content
    {
        return Ok(content);
    }
    let sentence = "what is stored is not what was proposed: nothing is applied; withdraw this \
                    proposal, make another one, and tell the operator";
    Err(Refusal::new(Code::NotAllowed, sentence).at("proposal").into())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use entities::{budget_movement::MovementKind, membership::Role, value::FinancialYear};

    use super::*;
    use crate::service::decision::Decision;

    fn movement(amounts: &[i64]) -> Content {
        let day = NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day");
        let line = |amount: &i64| SchemeLine {
            scheme: Uuid::nil(),
            amount: Pence(*amount),
            months: Some(vec![Pence(*amount)]),
        };
        Content::Movement(NewMovement {
            fund: Uuid::nil(),
            year: FinancialYear::of(day),
            kind: MovementKind::IntoPool,
            reason: "Demand".into(),
            decision: Decision::default(),
            effective_on: day,
            schemes: amounts.iter().map(line).collect(),
            contributions: Vec::new(),
            idempotency_key: "key".into(),
        })
    }

    #[test]
    fn what_is_read_is_what_was_written_byte_for_byte() {
        let change = Content::AgreementChange(AgreementChange {
            id: Uuid::nil(),
            expected_version: 3,
            host: Some(None),
            notice_months: Some(Some(6)),
            ..AgreementChange::default()
        });
        let seat = Content::TeamMember(NewMember {
            team: Uuid::nil(),
            account: Uuid::nil(),
            employer: Uuid::nil(),
            post: None,
            role: Role::Finance,
            starts_on: NaiveDate::from_ymd_opt(2025, 10, 1).expect("a day"),
            ends_on: None,
        });
        for content in [movement(&[-100, 100]), change, seat] {
            let text = content.text().expect("a text");
            let read: Content = serde_json::from_str(&text).expect("the content");
            assert_eq!(read.text().expect("a text"), text);
        }
        let text = movement(&[-100]).text().expect("a text");
        assert!(text.contains(r#""amount":"-1.00""#) && text.contains("2025/26"), "{text}");
        assert!(!text.contains("key"), "the caller's key is no part of what is decided: {text}");
    }

    #[test]
    fn m13_a_movement_is_as_large_as_what_it_moves_either_way() {
        assert_eq!(movement(&[-100, 60, 40]).amount(), Some(Pence(100)));
        assert_eq!(movement(&[-100, -50]).amount(), Some(Pence(150)));
        assert_eq!(movement(&[70]).amount(), Some(Pence(70)));
    }
}
