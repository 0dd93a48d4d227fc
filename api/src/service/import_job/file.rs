//! The files that `importFile` and the operator's command take: each by its own reader.

use entities::import_job;

use super::{Kind, LINES_A_STEP, NewImport, Rejected, run::Run};
use crate::{
    auth::Viewer,
    database::Writing,
    import::{self, Format, Line, Table},
    service::{
        Code, Refusal, Stopped, adult_social_care, contract_import, fund_import,
        import_job::Report, organisation_import,
    },
};

/// Why payments are not imported here.
pub(super) const BY_THEMSELVES: &str =
    "payments need a fund, a layout and rules: import them by importPayments";

/// Why notices of contracts are not imported here.
pub(super) const NOTICES_BY_THEMSELVES: &str =
    "notices of contracts are a file of their own: import them by importContracts";

/// The import of one file.
pub(super) struct File<'a> {
    pub(super) run: &'a Run<'a>,
    pub(super) new: &'a NewImport,
}

impl File<'_> {
    pub(super) async fn carry_out(&self) -> Result<import_job::Model, Stopped> {
        match self.new.kind {
            Kind::Organisations => {
                self.of::<import::Organisations, _>(organisation_import::bodies).await
            }
            Kind::OdsEtr => self.of::<import::OdsEtr, _>(organisation_import::bodies).await,
            Kind::OdsEccg => self.of::<import::OdsEccg, _>(organisation_import::bodies).await,
            Kind::OnsIcbNames => {
                self.of::<import::OnsIcbNames, _>(organisation_import::bodies).await
            }
            Kind::Successors => {
                self.of::<import::Successors, _>(organisation_import::successions).await
            }
            Kind::IcbLocalAuthority => {
                self.of::<import::IcbLocalAuthority, _>(organisation_import::coverage).await
            }
            Kind::AdultSocialCare => {
                self.of::<import::AdultSocialCare, _>(adult_social_care::take).await
            }
            Kind::Contributions => {
                let viewer = self.viewer()?;
                let take = async |tx: &Writing, lines: &[Line<_>]| {
                    fund_import::contributions(tx, viewer, lines).await
                };
                self.of::<import::Contributions, _>(take).await
            }
            Kind::Schemes => {
                let viewer = self.viewer()?;
                let take = async |tx: &Writing, lines: &[Line<_>]| {
                    fund_import::schemes(tx, viewer, lines).await
                };
                self.of::<import::Schemes, _>(take).await
            }
            Kind::Forecasts => {
                let viewer = self.viewer()?;
                let take = async |tx: &Writing, lines: &[Line<_>]| {
                    fund_import::forecasts(tx, viewer, lines).await
                };
                self.of::<import::Forecasts, _>(take).await
            }
            Kind::Payments => Err(Refusal::new(Code::NotAllowed, BY_THEMSELVES).at("kind").into()),
            Kind::Contracts if self.run.viewer.is_none() => {
                contract_import::for_operator(self.run, &self.new.content).await
            }
            Kind::Contracts => {
                Err(Refusal::new(Code::NotAllowed, NOTICES_BY_THEMSELVES).at("kind").into())
            }
        }
    }

    /// Whose file it is.
    fn viewer(&self) -> Result<&Viewer, Refusal> {
        let sentence = "this file belongs to an organisation: import it as one";
        self.run.viewer.ok_or_else(|| Refusal::new(Code::NotAllowed, sentence))
    }

    /// Whether the other lines are taken when some are rejected. Of a forecast, what is left out
    /// would count as nothing.
    fn takes_the_rest(&self) -> bool {
        let skip = self.new.skip_rejected && self.new.kind != Kind::Forecasts;
        self.new.kind.is_operators() || skip
    }

    /// Reads the file by its format, and takes its lines in one transaction.
    async fn of<F, T>(&self, take: T) -> Result<import_job::Model, Stopped>
    where
        F: Format,
        T: AsyncFn(&Writing, &[Line<F::Row>]) -> Result<Report, Stopped>,
    {
        let table = Table::read(&self.new.content, F::LAYOUT)
            .map_err(|unreadable| Refusal::new(Code::RejectedRows, unreadable).at("content"))?;
        let (mut lines, mut rejected) = (Vec::new(), Vec::new());
        for start in (0..table.len()).step_by(LINES_A_STEP) {
            for Line { number, row } in table.rows(start, LINES_A_STEP, F::row) {
                match row {
                    Ok(row) => lines.push(Line { number, row }),
                    Err(reason) => rejected.push(Rejected { line: number, reason }),
                }
            }
            self.run.progress(table.len(), (start + LINES_A_STEP).min(table.len())).await?;
        }
        let take = async |tx: &Writing| {
            let mut report = take(tx, &lines).await?;
            report.rejected.extend_from_slice(&rejected);
            Ok(report)
        };
        self.run.write(self.takes_the_rest(), take).await
    }
}
