//! Who may do what: each decision over facts, narrowed by the actor's roles.
//!
//! The order is always the same: the role first, then the organisation. What was decided elsewhere
//! the host records, and names the decision; what is decided here is proposed and approved, by the
//! decisions in `proposal`.

mod chain_payment;
mod contract;
mod contract_import;
mod contract_interest;
mod contribution;
mod delegated_budget;
mod dispute;
mod due_date;
mod fund_return;
mod notice;
mod pay;
mod payment_run;
mod preview;
mod proposal;

mod subcontract;
mod team;

mod within;

use entities::{membership::Role, service_account::ServiceScope, team_limit::LimitKind};
use uuid::Uuid;

mod relation;

pub use contract::ContractParties;
pub use pay::Submitted;
pub use payment_run::PaymentParties;
pub use relation::Closed;
pub use subcontract::LinkParties;

use super::{Denied, Parties, Rights, matrix::FieldGroup};

pub use team::{ActingTeam, DatedLimit, Limits};

/// Money in and out.
const MONEY: &[Role] = &[Role::Finance];
/// What is agreed between the partners.
const TERMS: &[Role] = &[Role::Commissioner];
/// What is bought, and what it is expected to cost.
const PLANS: &[Role] = &[Role::Commissioner, Role::Finance];

/// What the record of an agreement says.
const AGREED: &[FieldGroup] = &[FieldGroup::AgreementTerms, FieldGroup::AgreementExit];
/// What a scheme is set up with.
const SCHEMES: &[FieldGroup] =
    &[FieldGroup::SchemeName, FieldGroup::SchemeTerms, FieldGroup::SchemeBudget];
/// What moves the host's books.
const BOOKS: &[FieldGroup] = &[FieldGroup::Ledger, FieldGroup::Cash, FieldGroup::ContributionsPaid];

/// Somebody who acts for an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    /// The organisation.
    pub organisation: Uuid,
    /// The roles held in it.
    pub roles: Vec<Role>,
    /// What a service account is narrowed to; none of a person.
    pub scopes: Option<Vec<ServiceScope>>,
    /// The joint commissioning team acted as: it decides for the host what was delegated to it.
    pub team: Option<ActingTeam>,
}

/// What is about to be posted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Posting {
    /// Anything that moves the host's books: its cash, contributions, accruals, journals, and what
    /// the host pays for a partner.
    HostsBooks,
    /// What the host, or a team for it, spends on a scheme.
    HostsSpending,
    /// Money that a partner spent itself.
    SpentBy {
        /// The partner.
        partner: Uuid,
    },
}

/// Where a decision was taken (rule G4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision<'a> {
    /// The cabinet, board or committee.
    pub deciding_body: &'a str,
    /// Where it is minuted.
    pub minute_reference: &'a str,
}

impl Decision<'_> {
    /// A decision names its body and its minute, so that it can be found again.
    fn is_named(&self) -> Result<(), Denied> {
        if self.deciding_body.trim().is_empty() || self.minute_reference.trim().is_empty() {
            return Err(Denied::DecisionNotNamed);
        }
        Ok(())
    }
}

impl Actor {
    /// A partner's commissioner records an agreement that its own organisation is party to.
    ///
    /// # Errors
    /// Why not.
    pub fn may_create_agreement(&self, planned: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.is_partner(planned)?;
        self.within(planned, Rights::WRITE, AGREED)
    }

    /// The host's commissioner changes the record of an agreement; while no host is named, any
    /// partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_edit_agreement(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(TERMS)?;
        self.keeps_record(parties)?;
        self.within(parties, Rights::WRITE, AGREED)
    }

    /// The host's commissioner or finance role opens a fund; while no host is named, any partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_create_fund(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.keeps_record(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::FundTerms])
    }

    /// A partner's finance role plans and varies its own contribution; the host's enters it for any
    /// partner.
    ///
    /// # Errors
    /// Why not.
    pub fn may_plan_contribution(&self, parties: &Parties, partner: Uuid) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.for_partner(parties, partner)?;
        self.within_own(parties, partner, FieldGroup::ContributionsOwn)
    }

    /// The host's commissioner or finance role sets up a scheme, its budget and funding split, and
    /// so does a team's; while no host is named, any partner's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_create_scheme(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        if self.team.is_none() {
            self.keeps_record(parties)?;
        }
        self.within(parties, Rights::WRITE, SCHEMES)
    }

    /// The host's finance role posts; a team's what it spends for the host, up to its limit; a
    /// partner's what the partner spent itself (rule M15).
    ///
    /// # Errors
    /// Why not.
    pub fn may_post(&self, parties: &Parties, posting: Posting) -> Result<(), Denied> {
        self.needs(MONEY)?;
        match posting {
            Posting::HostsBooks => {
                self.is_host(parties)?;
                self.within(parties, Rights::WRITE, BOOKS)
            }
            Posting::HostsSpending => {
                self.is_host_or_team(parties, LimitKind::Posting)?;
                self.within(parties, Rights::WRITE, &[FieldGroup::Ledger])
            }
            Posting::SpentBy { partner } => {
                self.for_partner(parties, partner)?;
                self.within_own(parties, partner, FieldGroup::Ledger)
            }
        }
    }

    /// The host's finance role reverses any posting; a partner's what was posted for it.
    ///
    /// # Errors
    /// Why not.
    pub fn may_reverse(&self, parties: &Parties, posted_as: Uuid) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_partner(parties)?;
        if self.organisation == posted_as || parties.host == Some(self.organisation) {
            return self.within_own(parties, posted_as, FieldGroup::Ledger);
        }
        Err(Denied::NotYourPosting)
    }

    /// The host's finance role closes periods.
    ///
    /// # Errors
    /// Why not.
    pub fn may_close_period(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_host(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::PeriodClosings])
    }

    /// The host's finance role records a movement of budget that a body has decided; a team's one
    /// between schemes, up to its limit.
    ///
    /// # Errors
    /// Why not.
    pub fn may_move_budget(&self, parties: &Parties, by: Decision<'_>) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_host_or_team(parties, LimitKind::Virement)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::BudgetMovements])?;
        by.is_named()
    }

    /// The host's commissioner or finance role drafts a forecast, and so does a team's.
    ///
    /// # Errors
    /// Why not.
    pub fn may_save_forecast(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        if self.team.is_none() {
            self.is_host(parties)?;
        }
        self.within(parties, Rights::WRITE, &[FieldGroup::ForecastDraft])
    }

    /// The host's finance role submits a forecast, which makes it count.
    ///
    /// # Errors
    /// Why not.
    pub fn may_submit_forecast(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(MONEY)?;
        self.is_host(parties)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::ForecastSubmitted])
    }

    /// The host's commissioner or finance role commits a scheme's budget and releases it again; a
    /// team's does so up to its limit.
    ///
    /// # Errors
    /// Why not.
    pub fn may_commit(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.is_host_or_team(parties, LimitKind::Commitment)?;
        self.within(parties, Rights::WRITE, &[FieldGroup::Ledger])
    }

    /// A commissioner or finance role of a partner imports a file about the agreement's funds. It
    /// opens the job only: each row is decided upon by the rule of what it does.
    ///
    /// # Errors
    /// Why not.
    pub fn may_import(&self, parties: &Parties) -> Result<(), Denied> {
        self.needs(PLANS)?;
        self.is_partner(parties)
    }

    fn needs(&self, needed: &'static [Role]) -> Result<(), Denied> {
        if !self.roles.iter().any(|role| needed.contains(role)) {
            return Err(Denied::RoleMayNotWrite { needed });
        }
        let scope = scope_of(needed);
        match &self.scopes {
            Some(scopes) if !scopes.contains(&scope) => Err(Denied::ScopeMayNotWrite { scope }),
            _ => Ok(()),
        }
    }

    fn is_host(&self, parties: &Parties) -> Result<(), Denied> {
        self.acts_itself()?;
        match parties.host {
            Some(host) if host == self.organisation => Ok(()),
            Some(_) => Err(Denied::NotHost),
            None => Err(Denied::HostUnknown),
        }
    }

    /// The host, or a team that decides for it. The team was found to be of the agreement when the
    /// fund was found through its view.
    fn is_host_or_team(&self, parties: &Parties, kind: LimitKind) -> Result<(), Denied> {
        match self.is_delegated(kind) {
            Some(_) if parties.host.is_none() => Err(Denied::HostUnknown),
            Some(delegated) => delegated,
            None => self.is_host(parties),
        }
    }

    /// A host need not be listed among the partners to be one.
    fn is_partner(&self, parties: &Parties) -> Result<(), Denied> {
        self.acts_itself()?;
        if is_party(parties, self.organisation) { Ok(()) } else { Err(Denied::NotPartner) }
    }

    /// The host keeps the record of what was agreed. History is loaded with the host unknown, and
    /// somebody has to be able to put that right.
    fn keeps_record(&self, parties: &Parties) -> Result<(), Denied> {
        if parties.host.is_some() { self.is_host(parties) } else { self.is_partner(parties) }
    }

    /// The partner itself, or the host on its behalf.
    fn for_partner(&self, parties: &Parties, partner: Uuid) -> Result<(), Denied> {
        self.is_partner(parties)?;
        if self.organisation != partner && parties.host != Some(self.organisation) {
            return Err(Denied::NotYourOrganisation);
        }
        if is_party(parties, partner) { Ok(()) } else { Err(Denied::OtherNotPartner) }
    }
}

/// The scope in which a service account does what needs one of these roles. Roles overlap where
/// scopes do not: FINANCE plans too, and RECORD_MONEY does not.
fn scope_of(needed: &[Role]) -> ServiceScope {
    match needed {
        MONEY | chain_payment::PAYING | delegated_budget::SPENDING => ServiceScope::RecordMoney,
        TERMS => ServiceScope::AgreeTerms,
        _ => ServiceScope::Plan,
    }
}

mod publication;
mod risk_share;

mod published_statement;

fn is_party(parties: &Parties, organisation: Uuid) -> bool {
    parties.host == Some(organisation) || parties.partners.contains(&organisation)
}

#[cfg(test)]
mod tests;
