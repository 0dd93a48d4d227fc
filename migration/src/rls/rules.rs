//! Which rows of every table the server may touch, as the acting organisation of the transaction.

mod audit;
mod chain_payment;
mod change;
mod contract_import;
mod contract_interest;
mod contract_pay;
mod contracts;
mod delegated_budget;
mod export_job;
mod forecasts;
mod governance;
mod novation;
mod own;
mod pay_withholding;
mod payment_run;
mod proposals;
mod publications;
mod published_statements;
mod returns;
mod risk_share;
mod supply_chain;
mod teams;
mod years;

use domain::policy::matrix::FieldGroup as Group;
use entities::relation::RelationKind;

use super::through::{
    ACCOUNT, HOLDER, ORGANISATION, Through, owners, readers, summarisers, writers,
};

/// What the server may do with the rows of one table. It may do nothing that is not named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The table.
    pub table: &'static str,
    /// The rows that it reads.
    pub read: String,
    /// The rows that it may add; none at all when there is no condition.
    pub insert: Option<String>,
    /// The rows that it may change or delete; none at all when there is no condition.
    pub change: Option<String>,
    /// True when the rows belong to organisations: without an acting one there are none.
    pub is_tenants: bool,
}

/// The groups of money facts, whose recording holds the fund.
const RECORDED: [Group; 9] = [
    Group::ContributionsOwn,
    Group::ContributionsPaid,
    Group::SchemeName,
    Group::SchemeTerms,
    Group::SchemeBudget,
    Group::Ledger,
    Group::PeriodClosings,
    Group::ForecastDraft,
    Group::BudgetMovements,
];

/// The rule of every table, derived from the access matrix.
#[must_use]
pub fn rules() -> Vec<Rule> {
    let all = [
        public(),
        identities(),
        own::rules(),
        export_job::rules(),
        roots(),
        relations(),
        contributions(),
        schemes(),
        forecasts::rules(),
        ledger(),
        audit::rules(),
        change::rules(),
        teams::rules(),
        proposals::rules(),
        risk_share::rules(),
        publications::rules(),
        published_statements::rules(),
        years::rules(),
        returns::rules(),
        governance::rules(),
        contract_import::rules(),
        contracts::rules(),
        contract_interest::rules(),
        supply_chain::rules(),
        chain_payment::rules(),
        delegated_budget::rules(),
        contract_pay::rules(),
        pay_withholding::rules(),
        payment_run::rules(),
        novation::rules(),
    ];
    all.into_iter().flatten().collect()
}

impl Rule {
    fn of(table: &'static str, read: String) -> Self {
        Self { table, read, insert: None, change: None, is_tenants: true }
    }

    fn inserts(self, check: String) -> Self {
        Self { insert: Some(check), ..self }
    }

    fn changes(self, check: String) -> Self {
        Self { change: Some(check), ..self }
    }

    fn writes(self, check: &str) -> Self {
        self.inserts(check.to_owned()).changes(check.to_owned())
    }

    fn open(table: &'static str) -> Self {
        Self { is_tenants: false, ..Self::of(table, "true".to_owned()) }
    }
}

/// What everybody reads: the register of organisations and the lists of codes are published, and
/// the installation and its keys belong to nobody, and only the operator changes them. What may be
/// done to organisations the program decides.
fn public() -> Vec<Rule> {
    let read = [
        "seaql_migrations",
        "installation",
        "signing_key",
        "code_list_entry",
        "ring_fence",
        "pay_rule_version",
    ];
    let written = [
        "organisation",
        "organisation_identifier",
        "organisation_role",
        "organisation_relationship",
        "organisation_succession",
    ];
    let acting = format!("{ORGANISATION} is not null");
    let read = read.into_iter().map(Rule::open);
    read.chain(written.into_iter().map(|table| Rule::open(table).writes(&acting))).collect()
}

/// What is read before there is a viewer, to make one: whoever signs in acts for nobody yet, and
/// shows a password, a key or a token instead. No money and no agreement hangs on these rows. Once
/// somebody acts, memberships, outside identities and service accounts are those of its organisation or its account.
fn identities() -> Vec<Rule> {
    let all = ["account", "session", "refresh_token", "revoked_token"];
    let all = all.into_iter().map(|table| Rule::open(table).writes("true"));
    let own =
        |table: &str| format!("{ORGANISATION} is null or {table}.organisation_id = {ORGANISATION}");
    let membership = format!("{} or membership.account_id = {ACCOUNT}", own("membership"));
    let key = format!(
        "exists (select from facts.service_account p where \
         p.id = service_account_key.service_account_id and ({}))",
        own("p")
    );
    let narrow = |table, read: String| {
        let check = read.clone();
        Rule { is_tenants: false, ..Rule::of(table, read).writes(&check) }
    };
    all.chain([
        narrow("membership", membership),
        narrow("outside_identity", own("outside_identity")),
        narrow("service_account", own("service_account")),
        narrow("service_account_key", key),
    ])
    .collect()
}

/// That the holder may write something of these groups under a root.
fn writes(root: &str, groups: &[Group]) -> String {
    Through::any_of(root, &writers(groups)).acting().holds()
}

fn roots() -> Vec<Rule> {
    const AGREEMENT: [Group; 3] = [Group::AgreementTerms, Group::AgreementExit, Group::FundTerms];
    let fund = [summarisers(&[Group::FundTerms]), owners(&[Group::SchemeName])].concat();
    let terms = summarisers(&[Group::AgreementTerms]);
    let founded = format!("pooled_fund.owner_id = {ORGANISATION}");
    let derived = |table: &'static str| Rule::of(table, format!("{table}.holder_id = {HOLDER}"));
    vec![
        Rule::of(
            "partnership_agreement",
            Through::any_of("partnership_agreement.id", &terms).holds(),
        )
        .inserts(format!("partnership_agreement.owner_id = {ORGANISATION}"))
        .changes(writes("partnership_agreement.id", &AGREEMENT)),
        Rule::of(
            "pooled_fund",
            Through::any_of("pooled_fund.id", &fund).from("pooled_fund.starts_on").holds(),
        )
        .inserts(format!("{founded} and {}", writes("pooled_fund.agreement_id", &AGREEMENT)))
        .changes(writes("pooled_fund.id", &[Group::FundTerms])),
        // Derived by the program, through the views of the facts' role alone.
        derived("access"),
        derived("access_window"),
    ]
}

/// What views are derived from. Of an agreement that was just founded there is no view yet: then
/// its founder writes, and says who stands to it.
fn relations() -> Vec<Rule> {
    const WRITTEN: [Group; 4] =
        [Group::Relations, Group::AgreementTerms, Group::SchemeName, Group::SchemeTerms];
    let told = |table: &str, kinds: &[RelationKind]| {
        let root = format!("{table}.agreement_id");
        Through::any_of(&root, kinds).from(&format!("{table}.starts_on")).holds()
    };
    let read = |table: &str| told(table, &summarisers(&[Group::Relations]));
    let granted = told("access_grant", &readers(&[Group::Relations]));
    let named =
        Through::any_of("succession_takeover.agreement_id", &summarisers(&[Group::Relations]));
    let write = |table: &str| writes(&format!("{table}.agreement_id"), &WRITTEN);
    let founding = format!(
        "exists (select from facts.partnership_agreement p where p.id = relation.agreement_id and \
         p.owner_id = {ORGANISATION} and not exists (select from facts.access a where \
         a.root_id = p.id))"
    );
    // While nobody is named, whoever might be reads only, and may say who is (rule G5).
    let heir = Through::any_of("succession_takeover.agreement_id", &writers(&WRITTEN));
    // A grant for one fund is read through the fund too.
    let of_fund = |kinds: &[RelationKind]| {
        Through::any_of("access_grant.fund_id", kinds).from("access_grant.starts_on").holds()
    };
    // Without a grant in force somebody who reads a summary sees its own.
    let told =
        format!("{} or {}", read("access_grant"), of_fund(&summarisers(&[Group::Relations])));
    let own = format!("({told}) and access_grant.organisation_id = {HOLDER}");
    let granted = format!("{granted} or {}", of_fund(&readers(&[Group::Relations])));
    vec![
        Rule::of("relation", read("relation"))
            .inserts(format!("{} or {founding}", write("relation")))
            .changes(write("relation")),
        Rule::of("access_grant", format!("{granted} or ({own})")).writes(&write("access_grant")),
        Rule::of("succession_takeover", named.holds()).writes(&heir.holds()),
    ]
}

/// A condition on the row's parent, which is read past the parent's own policy.
fn parent(table: &str, joined: &str, condition: &str) -> String {
    format!("exists (select from facts.{table} where {joined} and ({condition}))")
}

fn contributions() -> Vec<Rule> {
    let read = |of: &str| {
        let through = |group| {
            Through::any_of(&format!("{of}.fund_id"), &readers(&[group]))
                .in_year(&format!("{of}.financial_year"))
                .holds()
        };
        let others = through(Group::ContributionsOfOthers);
        let own = through(Group::ContributionsOwn);
        format!("{others} or ({own} and {of}.partner_id = {HOLDER})")
    };
    let write = |of: &str| {
        writes(&format!("{of}.fund_id"), &[Group::ContributionsOwn, Group::BudgetMovements])
    };
    let of = |table: &'static str| format!("p.id = {table}.contribution_id");
    let child = |table: &'static str| {
        Rule::of(table, parent("contribution p", &of(table), &read("p"))).inserts(parent(
            "contribution p",
            &of(table),
            &write("p"),
        ))
    };
    let instalment = child("contribution_instalment");
    let replaced = instalment.insert.clone().unwrap_or_default();
    vec![
        Rule::of("contribution", read("contribution")).writes(&write("contribution")),
        instalment.changes(replaced),
        child("contribution_change"),
    ]
}

fn schemes() -> Vec<Rule> {
    let terms = [Group::SchemeName, Group::SchemeTerms, Group::SchemeBudget];
    let budget = [Group::SchemeBudget, Group::SchemeName, Group::BudgetMovements];
    let own = |group| Through::any_of("p.fund_id", &owners(&[group])).of_scheme("p.id").holds();
    let of = |table: &str| format!("p.id = {table}.scheme_id");
    let scheme = format!(
        "{} or {}",
        Through::any_of("scheme.fund_id", &summarisers(&[Group::SchemeName]))
            .from("scheme.starts_on")
            .holds(),
        Through::any_of("scheme.fund_id", &owners(&[Group::SchemeName]))
            .of_scheme("scheme.id")
            .from("scheme.starts_on")
            .holds()
    );
    let change = |at: &str| {
        let all = Through::any_of("p.fund_id", &summarisers(&[Group::SchemeBudget]))
            .in_year(&format!("{at}.financial_year"));
        parent("scheme p", &of(at), &format!("{} or {}", all.holds(), own(Group::SchemeBudget)))
    };
    let split = |at: &str| {
        let all = Through::any_of("p.fund_id", &summarisers(&[Group::SchemeTerms]))
            .in_year(&format!("{at}.financial_year"));
        parent("scheme p", &of(at), &all.holds())
    };
    let write =
        |at: &str, groups: &[Group]| parent("scheme p", &of(at), &writes("p.fund_id", groups));
    let promise = Through::any_of("p.fund_id", &readers(&[Group::Ledger]))
        .on("commitment.effective_on")
        .from("p.starts_on")
        .holds();
    let movement =
        Through::any_of("budget_movement.fund_id", &summarisers(&[Group::BudgetMovements]))
            .on("budget_movement.effective_on")
            .holds();
    let of_change = "c.id = budget_period.change_id";
    let of_split = "c.id = funding_split_share.split_id";
    vec![
        Rule::of("scheme", scheme).writes(&writes("scheme.fund_id", &terms)),
        Rule::of("budget_movement", movement)
            .inserts(writes("budget_movement.fund_id", &[Group::BudgetMovements])),
        Rule::of("budget_change", change("budget_change")).inserts(write("budget_change", &budget)),
        Rule::of("budget_period", parent("budget_change c", of_change, &change("c")))
            .inserts(parent("budget_change c", of_change, &write("c", &budget))),
        Rule::of("funding_split", split("funding_split")).inserts(write("funding_split", &terms)),
        Rule::of("funding_split_share", parent("funding_split c", of_split, &split("c")))
            .inserts(parent("funding_split c", of_split, &write("c", &terms))),
        Rule::of("commitment", parent("scheme p", &of("commitment"), &promise))
            .inserts(write("commitment", &[Group::Ledger, Group::SchemeTerms])),
    ]
}

fn ledger() -> Vec<Rule> {
    const POSTED: [Group; 2] = [Group::Ledger, Group::ContributionsPaid];
    let transaction = |of: &str| {
        Through::any_of(&format!("{of}.fund_id"), &readers(&[Group::Ledger]))
            .on(&format!("{of}.effective_on"))
            .live_or_released(of)
            .holds()
    };
    let balance = Through::any_of("ledger_balance.fund_id", &readers(&[Group::Ledger]))
        .in_year("ledger_balance.financial_year")
        .live_or_released("ledger_balance")
        .holds();
    let head = Through::any_of(
        "ledger_head.fund_id",
        &[readers(&[Group::Position]), writers(&RECORDED)].concat(),
    );
    let opened = parent(
        "pooled_fund p",
        "p.id = ledger_head.fund_id",
        &writes("p.agreement_id", &[Group::AgreementTerms, Group::FundTerms]),
    );
    let period = |table: &str| {
        let kinds = [summarisers(&[Group::PeriodClosings]), readers(&[Group::Ledger])].concat();
        Through::any_of(&format!("{table}.fund_id"), &kinds).holds()
    };
    let closes = |table: &str| writes(&format!("{table}.fund_id"), &[Group::PeriodClosings]);
    let account = Through::any_of("ledger_account.fund_id", &readers(&POSTED)).holds();
    vec![
        Rule::of("ledger_head", head.holds())
            .inserts(opened)
            .changes(writes("ledger_head.fund_id", &RECORDED)),
        Rule::of("ledger_account", account).inserts(writes("ledger_account.fund_id", &POSTED)),
        Rule::of("ledger_transaction", transaction("ledger_transaction"))
            .inserts(writes("ledger_transaction.fund_id", &POSTED)),
        Rule::of(
            "ledger_entry",
            parent("ledger_transaction p", "p.id = ledger_entry.transaction_id", &transaction("p")),
        )
        .inserts(parent(
            "ledger_account p",
            "p.id = ledger_entry.account_id",
            &writes("p.fund_id", &POSTED),
        )),
        // Kept by the ledger's trigger, which runs as the facts' role.
        Rule::of("ledger_balance", balance),
        Rule::of("period_closing", period("period_closing")).inserts(closes("period_closing")),
        Rule::of("period_release", period("period_release")).inserts(closes("period_release")),
    ]
}

#[cfg(test)]
mod tests {
    use domain::policy::Rights;

    use super::{super::through::kinds, *};

    #[test]
    fn every_rule_of_a_tenants_table_asks_who_acts_and_asks_it_once_a_statement() {
        for rule in rules().into_iter().filter(|rule| rule.is_tenants && rule.read != "false") {
            let Rule { table, read, .. } = rule;
            assert!(read.contains("current_setting"), "{table}");
            let asked = read.matches("current_setting").count();
            assert_eq!(read.matches("(select nullif(current_setting").count(), asked, "{table}");
        }
    }

    #[test]
    fn no_policy_asks_a_table_that_has_policies() {
        for Rule { table, read, insert, change, .. } in rules() {
            for condition in [Some(read), insert, change].into_iter().flatten() {
                let asked = condition.matches("select from ").count();
                assert_eq!(condition.matches("select from facts.").count(), asked, "{table}");
            }
        }
    }

    #[test]
    fn whoever_has_no_relation_on_record_reads_nothing_by_one() {
        assert!(kinds(&Group::ALL, |_| false).is_empty());
        assert_eq!(Through::any_of("fund.id", &kinds(&Group::ALL, |_| false)).holds(), "false");
        assert!(kinds(&[Group::Cash], Rights::reads_all).contains(&RelationKind::Host));
    }
}
