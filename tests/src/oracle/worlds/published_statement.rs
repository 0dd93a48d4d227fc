//! What publishers printed about agreements and their funds.

use entities::{
    published_statement::{self as statement, PrintedUnit, StatementStatus},
    value::FinancialYear,
};

use super::Maker;

impl Maker {
    /// Two statements about every agreement and every fund, each as at some day.
    pub(super) fn statements(&mut self) {
        let of_agreements = self.it.agreements.iter().map(|row| (row.id, None));
        let of_funds = self.it.funds.iter().map(|row| (row.agreement_id, Some(row.id)));
        let roots: Vec<_> = of_agreements.chain(of_funds).collect();
        for (agreement_id, fund_id) in roots.into_iter().flat_map(|root| [root, root]) {
            let (id, recorded_at, as_at) = (self.id(), self.known_at(), self.day());
            let recorded_as_id = self.organisation();
            self.it.statements.push(statement::Model {
                id,
                agreement_id,
                fund_id,
                root_id: fund_id.unwrap_or(agreement_id),
                publisher: "Joint board".to_owned(),
                source_title: "Report".to_owned(),
                source_address: None,
                source_date: None,
                financial_year: FinancialYear::of(as_at),
                period: None,
                as_at,
                unit: PrintedUnit::Pounds,
                decimals: 0,
                status: StatementStatus::Outturn,
                note: None,
                content: r#"{"figures":[],"checks":[]}"#.to_owned(),
                supersedes_id: None,
                recorded_by_id: None,
                recorded_as_id,
                recorded_at,
            });
        }
    }
}
