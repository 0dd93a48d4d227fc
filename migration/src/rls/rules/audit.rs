//! The trail of audit, and what it has in common with the feed of changes.

use domain::policy::{
    Rights,
    matrix::{self, FieldGroup as Group},
};
use entities::relation::RelationKind;

use super::{
    super::through::{ACCOUNT, HOLDER, ORGANISATION, Through, readers},
    Rule, contract_interest,
};

/// An organisation's own acts, and those of others on that whose trail it reads. Whoever acts as a
/// team reads what they did as the team, and nothing as their employer.
pub(super) fn rules() -> Vec<Rule> {
    let shared = shared("audit_act", &readers(&[Group::AuditTrail]), Rights::reads_own);
    // Asked first: most acts are under roots to which the holder does not stand.
    let stands = Through::any_of("audit_act.root_id", &readers(&[Group::AuditTrail])).holds();
    let acted = format!("audit_act.organisation_id = {ORGANISATION}");
    let nobody = format!("{ORGANISATION} is null or {acted}");
    let own = format!(
        "({acted} and {ORGANISATION} = {HOLDER} and audit_act.team_id is null) or \
         (audit_act.team_id = {HOLDER} and audit_act.account_id is not distinct from {ACCOUNT})"
    );
    // What the indexes find, so that not every act of everybody is looked at.
    let in_reach = format!(
        "{acted} or audit_act.team_id = {HOLDER} or audit_act.root_id = any(array(\
         select w.root_id from facts.access_window w where w.holder_id = {HOLDER}))"
    );
    let hidden = is_hidden_draft("audit_act");
    vec![
        // Signing in is an act of somebody who acts for nobody yet.
        Rule::of(
            "audit_act",
            format!("({in_reach}) and ({own} or ({stands} and ({shared}))) and not ({hidden})"),
        )
        .inserts(nobody),
        // Sealing is the work of the jobs' role.
        Rule::of("audit_seal", format!("audit_seal.chain_id = {ORGANISATION}")),
    ]
}

/// What was done about groups of fields that one of these relations reads, on the days that it opens.
pub(super) fn shared(table: &str, kinds: &[RelationKind], may: fn(Rights) -> bool) -> String {
    let released = is_released(table);
    let shared = matrix::by_relations(kinds, may).into_iter().map(|(kinds, groups)| {
        let through = Through::any_of(&format!("{table}.root_id"), &kinds)
            .on(&format!("{table}.effective_on"))
            .live_or(&released);
        let groups: Vec<String> =
            groups.into_iter().map(|group| format!("'{}'", group.name())).collect();
        let groups = groups.join(", ");
        format!("({table}.field_group in ({groups}) and {})", through.holds())
    });
    shared.collect::<Vec<_>>().join(" or ")
}

/// Rule V11: what was done to a posting or a payment run tells nothing before its release, nor what was
/// done to a posting that is proposed.
fn is_released(table: &str) -> String {
    let release = "facts.period_release r where t.id = {table}.object_id and \
         r.fund_id = t.fund_id and r.financial_year = t.financial_year and r.period = t.period"
        .replace("{table}", table);
    format!(
        "(({table}.object_kind <> 'LedgerTransaction' or exists (select from \
         facts.ledger_transaction t, {release})) \
         and ({table}.object_kind <> 'PaymentRun' or exists (select from \
         facts.payment_run t, {release})) \
         and ({table}.object_kind <> 'Proposal' or exists (select from facts.proposal p where \
         p.id = {table}.object_id and (p.kind <> 'POSTING' or p.proposed_as_id = {HOLDER}))))"
    )
}

/// Rule G3: whoever an interest shuts out learns of no draft.
pub(super) fn is_hidden_draft(table: &str) -> String {
    format!(
        "({table}.field_group = 'ContractDraft' or exists (select from facts.contract c where \
         c.id = {table}.root_id and c.shared_on is null)) and {}",
        contract_interest::is_shut_out(&format!("{table}.root_id"))
    )
}
