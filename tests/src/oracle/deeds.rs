//! What each relation may do, written out by hand: held against what `viewerCan` answers to
//! somebody in every role, and against the cells of the matrix that are about doing.

use domain::policy::Rights;
use entities::relation::RelationKind::{
    self, AssociateCommissioner, Buyer, ConsortiumMember, CoordinatingCommissioner, FundedProvider,
    Host, LeadProvider, Partner, Seller, TeamMember,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    View,
    asked::Asker,
    masks::{KINDS, Tier},
};

/// Something that may be done to an object, and by whom: the name in `viewerCan`.
pub struct Deed {
    /// The object's type.
    pub object: &'static str,
    /// Its name in the answer.
    pub action: &'static str,
    /// Who may, in every role.
    pub kinds: &'static [RelationKind],
}

const HOST: &[RelationKind] = &[Host];
const PARTIES: &[RelationKind] = &[Host, Partner];
const HOST_OR_TEAM: &[RelationKind] = &[Host, TeamMember];
const ANY: &[RelationKind] = &[Host, Partner, TeamMember];

const fn deed(object: &'static str, action: &'static str, kinds: &'static [RelationKind]) -> Deed {
    Deed { object, action, kinds }
}

/// Everything that `viewerCan` answers, but what hangs on an account or a row.
pub const DEEDS: &[Deed] = &[
    deed("PartnershipAgreement", "update", HOST),
    deed("PartnershipAgreement", "appoint", HOST),
    deed("PartnershipAgreement", "grantAccess", PARTIES),
    deed("PartnershipAgreement", "createFund", HOST),
    deed("PartnershipAgreement", "recordPublishedStatement", ANY),
    deed("PartnershipAgreement", "proposeChange", PARTIES),
    deed("PartnershipAgreement", "setPostingLimit", HOST),
    deed("PartnershipAgreement", "recordNarrativeThreshold", HOST),
    deed("PartnershipAgreement", "createTeam", PARTIES),
    deed("PartnershipAgreement", "setDueDates", HOST),
    deed("PartnershipAgreement", "giveNotice", &[Partner]),
    deed("PartnershipAgreement", "setDisputeLadder", HOST),
    deed("PartnershipAgreement", "raiseDispute", PARTIES),
    deed("PartnershipAgreement", "proposeRiskShare", PARTIES),
    deed("PartnershipAgreement", "recordRiskShare", HOST),
    deed("PartnershipAgreement", "publish", HOST),
    deed("PooledFund", "update", HOST),
    deed("PooledFund", "planContribution", PARTIES),
    deed("PooledFund", "createScheme", HOST_OR_TEAM),
    deed("PooledFund", "moveBudget", HOST_OR_TEAM),
    deed("PooledFund", "post", HOST_OR_TEAM),
    deed("PooledFund", "closePeriod", HOST),
    deed("PooledFund", "releasePeriod", HOST),
    deed("PooledFund", "postOwnSpending", PARTIES),
    deed("PooledFund", "postJournal", HOST),
    deed("PooledFund", "carryForward", HOST),
    deed("PooledFund", "proposeVirement", PARTIES),
    deed("PooledFund", "rollForwardYear", PARTIES),
    deed("PooledFund", "saveForecast", HOST_OR_TEAM),
    deed("PooledFund", "saveReturn", HOST_OR_TEAM),
    deed("PooledFund", "stateAccountingTreatment", PARTIES),
    deed("Contribution", "withhold", PARTIES),
    deed("Contribution", "post", HOST),
    deed("Scheme", "update", HOST_OR_TEAM),
    deed("Scheme", "setBudget", HOST_OR_TEAM),
    deed("Scheme", "setFundingSplit", HOST_OR_TEAM),
    deed("Scheme", "commit", HOST_OR_TEAM),
    deed("Commitment", "release", HOST_OR_TEAM),
    deed("Forecast", "submit", HOST),
    deed("AgreementRelation", "end", HOST),
    deed("AccessGrant", "end", PARTIES),
    deed("RiskShare", "propose", PARTIES),
    deed("RiskShare", "claimSettlement", HOST),
    deed("Contract", "update", &[CoordinatingCommissioner]),
    deed("Contract", "planValue", &[CoordinatingCommissioner]),
    deed("Contract", "keep", &[CoordinatingCommissioner]),
    deed("Contract", "changeStatus", &[CoordinatingCommissioner]),
    deed("Contract", "withholdPay", &[CoordinatingCommissioner]),
    deed("Contract", "publish", &[CoordinatingCommissioner]),
    deed("Contract", "preview", &[CoordinatingCommissioner]),
    deed("Subcontract", "keep", &[Buyer]),
    deed("Subcontract", "answer", &[Seller]),
    deed("Subcontract", "recordPayment", &[Buyer]),
    deed("Subcontract", "shareWithConsortium", &[LeadProvider]),
    deed("Subcontract", "submitMeasurement", &[Buyer, Seller]),
    deed("Subcontract", "answerMeasurement", &[Seller]),
    deed("DelegatedBudget", "change", &[CoordinatingCommissioner]),
    deed("DelegatedBudget", "recordSpending", &[FundedProvider]),
    deed("Team", "manage", PARTIES),
    deed("Team", "writePosts", ANY),
    deed("Team", "seatOwnStaff", PARTIES),
];

/// A line of the matrix of doing: the rights of hosts, of partners and of teams. Nobody else does
/// anything, under any of these lines.
type Doing = (&'static str, &'static [Rights], &'static [Rights], &'static [Rights]);

const W: Rights = Rights::WRITE;
const A: Rights = Rights::APPROVE;
const W_OWN: Rights = Rights::WRITE_OWN;
const A_OWN: Rights = Rights::APPROVE_OWN;
const PROPOSE: Rights = Rights::PROPOSE;

/// The matrix of doing.
const DOING: &[Doing] = &[
    ("AgreementTerms", &[W, A], &[W, A], &[]),
    ("AgreementExit", &[W, A], &[W, A], &[]),
    ("Relations", &[W], &[W_OWN], &[]),
    ("Disputes", &[W], &[W_OWN], &[]),
    ("FundTerms", &[W, A], &[], &[]),
    ("ContributionsOwn", &[W], &[W_OWN, A_OWN], &[]),
    ("ContributionsPaid", &[W], &[], &[]),
    ("SchemeName", &[W, A], &[], &[W]),
    ("SchemeBudget", &[W, A], &[], &[W]),
    ("SchemeTerms", &[W, A], &[A_OWN], &[W]),
    ("Ledger", &[W], &[W_OWN], &[W]),
    ("Cash", &[W, A], &[], &[]),
    ("PeriodClosings", &[W, A], &[], &[]),
    ("Position", &[W], &[], &[]),
    ("PositionByPartner", &[W, A], &[A_OWN], &[]),
    ("ForecastDraft", &[W], &[], &[W]),
    ("ForecastSubmitted", &[W], &[], &[]),
    ("ReturnDraft", &[W], &[], &[W]),
    ("ReturnSubmitted", &[W, A], &[A_OWN], &[]),
    ("PublishedStatements", &[W], &[W], &[W]),
    ("Disputes", &[W], &[W_OWN], &[]),
    ("BudgetMovements", &[W, A], &[PROPOSE, A_OWN], &[W]),
    ("TeamPosts", &[W, A_OWN], &[W, A_OWN], &[W]),
    ("Approvals", &[A], &[A], &[PROPOSE]),
];

/// The same of contracts: the rights of the commissioner that leads, and of the others.
type Buying = (&'static str, &'static [Rights], &'static [Rights]);

/// The matrix of doing, of contracts.
const BUYING: &[Buying] = &[
    ("ContractDraft", &[W], &[]),
    ("ContractTerms", &[W, A], &[A_OWN]),
    ("ContractValue", &[W, A], &[]),
    ("ContractStatus", &[W, A], &[]),
    ("LinkTerms", &[A], &[]),
    ("LinkValue", &[], &[]),
    ("OutcomeMeasures", &[W, A], &[]),
    ("Measurements", &[A], &[]),
    ("OutcomePay", &[A], &[]),
    ("PaymentsFromPool", &[W], &[]),
    ("DelegatedBudgets", &[W], &[]),
];

/// The same of the links of supply chains: the rights of their buyers, and of their sellers.
const LINKED: &[Buying] = &[
    ("LinkTerms", &[W], &[A_OWN]),
    ("LinkValue", &[W], &[]),
    ("ChainPayments", &[W], &[A_OWN]),
    ("Measurements", &[W_OWN], &[W_OWN]),
];

/// Who declares an interest of its own in a contract.
pub const DECLARING: [RelationKind; 7] = [
    Host,
    Partner,
    TeamMember,
    CoordinatingCommissioner,
    AssociateCommissioner,
    LeadProvider,
    ConsortiumMember,
];

/// Every right that is about doing, by its name.
pub const RIGHTS: [(&str, Rights); 5] = [
    ("WRITE", W),
    ("APPROVE", A),
    ("WRITE_OWN", W_OWN),
    ("APPROVE_OWN", A_OWN),
    ("PROPOSE", PROPOSE),
];

/// What a relation may do with a group of fields.
#[must_use]
pub fn doing(kind: RelationKind, group: &str) -> &'static [Rights] {
    if let Some(line) = LINKED.iter().find(|line| line.0 == group) {
        match kind {
            Buyer => return line.1,
            Seller => return line.2,
            _ => {}
        }
    }
    // Everybody who decides something of a contract declares its own interests in it.
    if group == "ContractInterests" {
        return if DECLARING.contains(&kind) { &[W_OWN] } else { &[] };
    }
    // Who holds the contract measures what it does.
    if (kind, group) == (LeadProvider, "Measurements") {
        return &[W];
    }
    // And shares with its consortium what its own links are worth.
    if (kind, group) == (LeadProvider, "LinkValue") {
        return &[W_OWN];
    }
    // And claims, and confirms, what it is paid.
    if (kind, group) == (LeadProvider, "PaymentsFromPool") {
        return &[W_OWN];
    }
    // Who holds a budget says what it spent.
    if (kind, group) == (FundedProvider, "DelegatedBudgets") {
        return &[W_OWN];
    }
    if let Some(line) = BUYING.iter().find(|line| line.0 == group) {
        return match kind {
            CoordinatingCommissioner => line.1,
            AssociateCommissioner => line.2,
            _ => &[],
        };
    }
    let Some(line) = DOING.iter().find(|line| line.0 == group) else { return &[] };
    match kind {
        Host => line.1,
        Partner => line.2,
        TeamMember => line.3,
        _ => &[],
    }
}

/// Where a cell of the matrix grants another right to do something than the table does.
pub fn contradicted(
    kind: RelationKind,
    group: &'static str,
    cell: Rights,
) -> impl Iterator<Item = &'static str> {
    debug_assert!(KINDS.contains(&kind));
    let own = doing(kind, group);
    RIGHTS
        .into_iter()
        .filter(move |(_, right)| cell.grants(*right) != own.contains(right))
        .map(|it| it.0)
}

/// How the actions of an object are asked for.
#[must_use]
pub fn selected(object: &str) -> String {
    let of = DEEDS.iter().filter(|deed| deed.object == object);
    let actions: String = of.map(|deed| format!(" {} {{ allowed }}", deed.action)).collect();
    if actions.is_empty() { actions } else { format!(" viewerCan {{{actions} }}") }
}

impl View<'_> {
    /// True when somebody in every role may do something to an object of an agreement.
    #[must_use]
    pub fn may(&self, deed: &Deed, agreement: Uuid, of: Uuid) -> bool {
        let acting = self.acts_as(agreement);
        let is_host = acting.contains(&Host);
        match (deed.object, deed.action) {
            // The host any, and a partner what it granted itself.
            ("AccessGrant", _) => {
                let row = self.world.grants.iter().find(|row| row.id == of);
                let own = row.is_some_and(|row| row.granted_by_id == self.holder.organisation);
                is_host || (own && acting.contains(&Partner))
            }
            // Nobody withholds another's.
            ("Contribution", "withhold") => {
                let row = self.world.contributions.iter().find(|row| row.id == of);
                let own = row.is_some_and(|row| row.partner_id == self.holder.organisation);
                own && acting.iter().any(|kind| PARTIES.contains(kind))
            }
            ("Contract", action) => self.may_to_contract(action, of),
            ("Subcontract", action) => self.may_to_link(action, of),
            ("DelegatedBudget", action) => self.may_to_budget(action, of),
            // The parties, and of teams the team itself.
            ("Team", "writePosts") => match self.holder.team {
                Some(team) => team == of && acting.contains(&TeamMember),
                None => acting.iter().any(|kind| PARTIES.contains(kind)),
            },
            _ => acting.iter().any(|kind| deed.kinds.contains(kind)),
        }
    }
}

impl Asker<'_> {
    /// What may be done to an object that is shown with its `viewerCan`.
    pub(super) fn deeds(&mut self, object: &str, (agreement, of): (Uuid, Uuid), said: &Value) {
        let Some(can) = said.get("viewerCan") else { return };
        if object == "Scheme" {
            let scheme = self.view.world.scheme(of);
            let shown = json!(self.view.opens_of_scheme(scheme, "SchemeTerms", Tier::Full));
            self.same(|| format!("viewerCan of {of} is shown"), &json!(!can.is_null()), &shown);
        }
        if can.is_null() {
            return;
        }
        for deed in DEEDS.iter().filter(|deed| deed.object == object) {
            let may = json!(self.view.may(deed, agreement, of));
            let what = || format!("{object} {of}: viewerCan.{}", deed.action);
            self.same(what, &can[deed.action]["allowed"], &may);
        }
    }
}
