//! Contracts and links of their chains: what is hidden of them is otherwise in the second world, and
//! some of it is not there.

use std::collections::BTreeSet;

use entities::{
    contract_interest::InterestManagement, payment_run_line as line, subcontract::Confirmation,
    value::Pence,
};
use uuid::Uuid;

use super::hidden::{Changing, is_gone};
use crate::oracle::{View, masks::Tier, payment_run::Shown};

impl View<'_> {
    /// True when nothing of a contract is seen, nor of a link under it.
    #[must_use]
    pub fn is_hidden_contract(&self, of: Uuid) -> bool {
        !self.sees_contract(of) && self.links_of(of).is_empty()
    }

    /// True when a contract that is seen, or of which a link is, was replaced by this one: how that
    /// stands is told; or when the viewer holds a budget within it, or was paid from one; or when it was
    /// published.
    #[must_use]
    pub fn is_told_of(&self, of: Uuid) -> bool {
        let delegated = &self.world.contracting.delegated;
        let read = delegated.spending.iter().filter(|row| self.reads_spending(row));
        let mut paid = read.map(|row| row.budget_id);
        let mut seen = delegated.budgets.iter().filter(|row| self.sees_budget(row.id));
        if seen.any(|row| row.contract_id == of)
            || paid.any(|budget| delegated.budget(budget).contract_id == of)
        {
            return true;
        }
        let mut publications = self.world.contracting.publications.iter();
        if publications.any(|row| row.contract_id == of) {
            return true;
        }
        let mut novations = self.world.contracting.novations.iter();
        novations.any(|row| row.head_id == of && !self.is_hidden_contract(row.contract_id))
    }
}

impl Changing<'_> {
    /// Contracts of which nothing is seen.
    pub(super) fn contracts(&mut self) {
        let (view, own) = (self.view, self.view.holder.organisation);
        let rows = view.world.contracting.contracts.iter();
        let rows = rows.filter(|row| row.owner_id != own && view.is_hidden_contract(row.id));
        let hidden: BTreeSet<Uuid> = rows.map(|row| row.id).collect();
        let contracting = &mut self.second.contracting;
        contracting
            .keep(|row| !(hidden.contains(&row.id) && is_gone(row.id)) || view.is_told_of(row.id));
        for row in contracting.contracts.iter_mut().filter(|row| hidden.contains(&row.id)) {
            row.reference = format!("{} TOO", row.reference);
            row.version += 5;
        }
        for row in contracting.terms.iter_mut().filter(|row| hidden.contains(&row.contract_id)) {
            row.title = "Another title".to_owned();
        }
        for row in contracting.values.iter_mut().filter(|row| hidden.contains(&row.contract_id)) {
            row.amount_pence = Pence(row.amount_pence.0 * 3);
        }
        self.told("contracts", hidden.len());
    }

    /// What is hidden of contracts that are seen: later terms and drafts, values and conditions.
    pub(super) fn terms(&mut self) {
        let view = self.view;
        let mut count = 0;
        let contracting = &mut self.second.contracting;
        for of in view.world.contracting.contracts.iter().map(|row| row.id) {
            if !view.sees_contract(of) {
                continue;
            }
            let told = view.told_of_contract(of);
            let said: Vec<Uuid> = view.said_by(&told).iter().map(|row| row.id).collect();
            let is_other = |contract: Uuid| contract == of;
            for row in contracting.terms.iter_mut().filter(|row| is_other(row.contract_id)) {
                if !said.contains(&row.id) {
                    row.title = "Another title".to_owned();
                    count += 1;
                }
            }
            let reads = |group| {
                let tiers = [Tier::Own, Tier::Summary];
                tiers.into_iter().any(|tier| told.ever_reads(group, tier))
            };
            for row in contracting.values.iter_mut().filter(|row| is_other(row.contract_id)) {
                if !reads("ContractValue") {
                    row.amount_pence = Pence(row.amount_pence.0 * 3);
                    count += 1;
                }
            }
            let varied = contracting.variations.iter_mut();
            for row in varied.filter(|row| is_other(row.contract_id)) {
                if !told.opens_terms(row.effective_on.max(row.recorded_on)) {
                    row.summary = "Something else".to_owned();
                    count += 1;
                }
            }
            let novations = contracting.novations.iter_mut();
            for row in novations.filter(|row| is_other(row.contract_id)) {
                // Whoever reads the status of the other contract reads the decision there.
                if !told.ever_reads("ContractStatus", Tier::Full)
                    && !view.sees_contract(row.head_id)
                {
                    row.minute_reference = "GB 99".to_owned();
                    count += 1;
                }
            }
            for row in contracting.guarantees.iter_mut().filter(|row| is_other(row.contract_id)) {
                if !told.ever_reads("ContractTerms", Tier::Full) {
                    row.amount_pence = row.amount_pence.map(|it| Pence(it.0 * 3));
                    count += 1;
                }
            }
        }
        self.told("terms and values of contracts", count);
    }

    /// Links that are hidden, but for those above one that is seen: how those stand is told.
    pub(super) fn links(&mut self) {
        let view = self.view;
        let links = &view.world.contracting.links;
        let mut above: BTreeSet<Uuid> = BTreeSet::new();
        // A link comes after the one above it.
        for row in links.iter().rev() {
            let is_told = view.sees_link(row.id) || above.contains(&row.id);
            above.extend(row.parent_id.filter(|_| is_told));
        }
        let own = view.holder.organisation;
        let is_hidden = |of: Uuid, buyer: Uuid| !view.sees_link(of) && buyer != own;
        let rows = links.iter().filter(|row| is_hidden(row.id, row.buyer_id));
        let hidden: BTreeSet<Uuid> = rows.map(|row| row.id).collect();
        // What stands under a hidden link that nothing is told of is hidden itself.
        let mut gone: BTreeSet<Uuid> = BTreeSet::new();
        for row in links {
            let is_under = row.parent_id.is_some_and(|of| gone.contains(&of));
            let is_let_go = hidden.contains(&row.id) && is_gone(row.id);
            if is_under || (is_let_go && !above.contains(&row.id)) {
                gone.insert(row.id);
            }
        }
        let (contracting, mut later) = (&mut self.second.contracting, 0);
        contracting.keep_links(|row| !gone.contains(&row.id));
        for row in contracting.links.iter_mut().filter(|row| hidden.contains(&row.id)) {
            row.service = "Something else".to_owned();
            row.reference = format!("{} TOO", row.reference);
            row.version += 5;
        }
        // What was said of a link that is seen, after the viewer's days.
        for row in contracting.links.iter_mut().filter(|row| view.sees_link(row.id)) {
            if !view.opens_of_link(view.world.contracting.link(row.id), row.changed_on) {
                row.confirmation = match row.confirmation {
                    Confirmation::Contested => Confirmation::Confirmed,
                    _ => Confirmation::Contested,
                };
                row.version += 5;
                later += 1;
            }
        }
        let mut values = 0;
        for row in &mut contracting.link_values {
            let (of, link) = (row.subcontract_id, view.world.contracting.link(row.subcontract_id));
            let is_another = || view.sees_link(of) && !view.tells_version(link, row.version);
            // Whoever is told where the whole chain breaks rule C2 is told that of all its values.
            let tells =
                view.reads_breaches(link.contract_id) && view.sees_contract(link.contract_id);
            if !tells && (hidden.contains(&of) || view.is_value_withheld(of) || is_another()) {
                row.amount_pence = row.amount_pence.map(|it| Pence(it.0 * 3));
                values += 1;
            }
        }
        // How a value changed that is not read whole.
        for row in &mut contracting.value_acts {
            let link = view.world.contracting.link(row.subcontract_id);
            let reads = view.sees_link(link.id) && view.reads_value_of_link(link);
            if !reads || !view.tells_version(link, row.version) {
                row.reason = row.reason.as_ref().map(|_| "Something else".to_owned());
                values += 1;
            }
        }
        for row in &mut contracting.value_decisions {
            let link = view.world.contracting.link(row.subcontract_id);
            let reads = view.sees_link(link.id) && view.reads_value_of_link(link);
            if !reads || !view.tells_version(link, row.version) {
                row.reason = row.reason.as_ref().map(|_| "Something else".to_owned());
                values += 1;
            }
        }
        // What is shared of a link that is not read whole, or was after the viewer's days.
        let is_told = |of: Uuid, on| {
            let link = view.world.contracting.link(of);
            view.reads_terms_of_link(link) && view.opens_of_link(link, on)
        };
        for row in &mut contracting.consortium_shares {
            if !is_told(row.subcontract_id, row.recorded_on) {
                row.reason = "Something else".to_owned();
                row.document_reference = Some("Minute 9".to_owned());
                later += 1;
            }
        }
        for row in &mut contracting.consortium_share_ends {
            if !is_told(row.subcontract_id, row.recorded_on) {
                row.reason = "Something else".to_owned();
                later += 1;
            }
        }
        let mut clauses = 0;
        for row in &mut contracting.clauses {
            if !view.sees_link(row.subcontract_id) || !view.tells_clause(row) {
                row.note = Some("Something else".to_owned());
                clauses += 1;
            }
        }
        for of in &hidden {
            self.told(of_tier(view.world.contracting.link(*of).tier), 1);
        }
        self.told("clauses of links", clauses);
        self.told("links", hidden.len() + later);
        self.told("values of links", values);
    }

    /// Runs that are hidden, and of those by which the viewer is told its share what was done about
    /// their lines.
    pub(super) fn payment_runs(&mut self) {
        let view = self.view;
        let paying = &view.world.contracting.paying;
        let of = |hidden: fn(Option<Shown>) -> bool| -> BTreeSet<Uuid> {
            let runs = paying.runs.iter().filter(|row| hidden(view.shows_run(row)));
            runs.map(|row| row.id).collect()
        };
        let hidden = of(|shown| shown.is_none());
        let unread = of(|shown| shown.is_none_or(|it| it == Shown::Share));
        let lines = paying.lines.iter().filter(|row| unread.contains(&row.run_id));
        let lines: BTreeSet<Uuid> = lines.map(|row| row.id).collect();
        // Of a run that is read, a payment that waits for the release of its period is not told.
        let told = |line: &line::Model| {
            let run = paying.runs.iter().find(|run| run.id == line.run_id).expect("a run");
            view.told_of(run, line.id)
        };
        let told: BTreeSet<Uuid> = paying.lines.iter().flat_map(told).map(|row| row.id).collect();
        let second = &mut self.second.contracting.paying;
        second.keep(|row| !(hidden.contains(&row.id) && is_gone(row.id)), |_| true);
        let acts = second.acts.len();
        second.acts.retain(|row| lines.contains(&row.line_id) || told.contains(&row.id));
        let untold = acts - second.acts.len();
        for row in second.lines.iter_mut().filter(|row| hidden.contains(&row.run_id)) {
            row.amount_pence = Pence(row.amount_pence.0 * 3);
        }
        for row in second.acts.iter_mut().filter(|row| lines.contains(&row.line_id)) {
            row.reason = Some("Something else".to_owned());
        }
        self.told("payment runs", unread.len() + untold);
    }
}

impl Changing<'_> {
    /// Payments under links: those of which nothing is seen, and the amounts and words of those of
    /// which only the punctuality is.
    pub(super) fn chain_payments(&mut self) {
        let view = self.view;
        let (mut whole, mut told) = (BTreeSet::new(), BTreeSet::new());
        let (mut said, mut shown) = (BTreeSet::new(), BTreeSet::new());
        for link in &view.world.contracting.links {
            for seen in view.payments_under(link) {
                told.insert(seen.row.id);
                if seen.is_whole {
                    whole.insert(seen.row.id);
                }
                said.extend(seen.said.iter().map(|it| (it.payment_id, it.number)));
                shown.extend(seen.said.iter().filter(|_| seen.is_whole).map(|it| it.payment_id));
            }
        }
        let contracting = &mut self.second.contracting;
        let before = contracting.payments.len() + contracting.payment_acts.len();
        contracting.keep_payments(|row| told.contains(&row.id) || !is_gone(row.id));
        contracting.payment_acts.retain(|row| {
            !told.contains(&row.payment_id) || said.contains(&(row.payment_id, row.number))
        });
        let mut count = before - contracting.payments.len() - contracting.payment_acts.len();
        for row in contracting.payments.iter_mut().filter(|row| !whole.contains(&row.id)) {
            row.amount_pence = Pence(row.amount_pence.0 * 3);
            row.invoice_reference = format!("{} TOO", row.invoice_reference);
            row.on_behalf = !row.on_behalf;
            if !told.contains(&row.id) {
                row.payment_days = Some(1);
            }
            count += 1;
        }
        for row in &mut contracting.payment_acts {
            if !shown.contains(&row.payment_id) {
                row.reason = row.reason.as_ref().map(|_| "Something else".to_owned());
            }
        }
        self.told("payments of links", count);
    }
}

impl Changing<'_> {
    /// Delegated budgets: those of which nothing is seen, and versions and spending that are not read.
    pub(super) fn delegated_budgets(&mut self) {
        let view = self.view;
        let delegated = &view.world.contracting.delegated;
        let read = delegated.spending.iter().filter(|row| view.reads_spending(row));
        let (read, paid): (BTreeSet<Uuid>, BTreeSet<Uuid>) =
            read.map(|row| (row.id, row.budget_id)).unzip();
        let seen = |of: Uuid| view.sees_budget(of);
        let versions = delegated.versions.iter().filter(|row| view.reads_version(row));
        let told: BTreeSet<(Uuid, i32)> = versions.map(|row| (row.budget_id, row.number)).collect();
        let second = &mut self.second.contracting.delegated;
        let before = second.budgets.len() + second.versions.len() + second.spending.len();
        second.keep(|row| seen(row.id) || paid.contains(&row.id) || !is_gone(row.id));
        second.keep_spending(|row| read.contains(&row.id) || !is_gone(row.id));
        second.keep_versions(|row| {
            let is_told = told.contains(&(row.budget_id, row.number));
            is_told || row.number == 1 || !is_gone(row.budget_id)
        });
        let mut count =
            before - second.budgets.len() - second.versions.len() - second.spending.len();
        for row in second.budgets.iter_mut().filter(|row| !seen(row.id)) {
            row.purpose = "Something else".to_owned();
            count += 1;
        }
        for row in &mut second.amounts {
            if !told.contains(&(row.budget_id, row.version)) {
                row.amount_pence = Pence(row.amount_pence.0 * 3);
                count += 1;
            }
        }
        for row in second.spending.iter_mut().filter(|row| !read.contains(&row.id)) {
            row.amount_pence = Pence(row.amount_pence.0 * 3);
            row.document_reference = format!("{} TOO", row.document_reference);
            count += 1;
        }
        self.told("delegated budgets", count);
    }

    /// Interests in contracts: those that are hidden, but for those that shut the viewer out, and the
    /// words of those of which it reads a summary.
    pub(super) fn interests(&mut self) {
        let view = self.view;
        let (mut told, mut whole) = (BTreeSet::new(), BTreeSet::new());
        for of in view.world.contracting.contracts.iter().map(|row| row.id) {
            if view.sees_contract(of) {
                for (row, is_whole) in view.interests_of(&view.told_of_contract(of), of) {
                    told.insert(row.id);
                    whole.extend(is_whole.then_some(row.id));
                }
            }
        }
        let own = view.holder.organisation;
        let contracting = &mut self.second.contracting;
        let before = contracting.interests.len();
        contracting.keep_interests(|row| {
            told.contains(&row.id) || row.organisation_id == own || !is_gone(row.id)
        });
        let mut count = before - contracting.interests.len();
        for row in contracting.interests.iter_mut().filter(|row| !whole.contains(&row.id)) {
            row.description = "Something else".to_owned();
            row.arrangement = "Decides nothing".to_owned();
            row.account_id = row.account_id.map(|_| Uuid::from_u128(99));
            row.declared_by_id = row.account_id.unwrap_or(row.declared_by_id);
            if !told.contains(&row.id) && row.organisation_id != own {
                row.management = InterestManagement::Noted;
                row.starts_on = row.recorded_on;
            }
            count += 1;
        }
        for row in &mut contracting.withdrawals {
            if !whole.contains(&row.interest_id) {
                row.reason = "Something else".to_owned();
            }
        }
        self.told("interests in contracts", count);
    }
}

/// Links of a tier, as they are counted.
fn of_tier(tier: i32) -> &'static str {
    match tier {
        1 => "links of tier 1",
        2 => "links of tier 2",
        3 => "links of tier 3",
        _ => "links of tier 4",
    }
}
