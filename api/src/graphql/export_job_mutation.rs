//! Exports, begun and given up.

use std::sync::Arc;

use async_graphql::{Context, ErrorExtensions, ID, InputObject, Object, Result};

use super::{
    contract_query::ContractWhere,
    export_job::{Export, ExportFormat, ExportKind},
    node::Kind,
    request::Asked,
};
use crate::{
    auth::Viewer,
    database::{Database, Snapshot},
    export::bulk::{self, List, Wanted},
    payload,
    service::{
        Code, Refusal, Stopped,
        export_job::{self as jobs, Budget, NewExport, Pieces, Unpaid},
    },
};

/// Exports, begun and given up.
#[derive(Default)]
pub struct ExportJobMutation;

/// A list to be exported.
#[derive(Clone, Debug, InputObject)]
pub struct StartExportInput {
    /// Which list: all of it that you see.
    pub of: ExportKind,
    /// The fields of each row, in the order in which they are written, each by its path in the schema,
    /// as `reference` or `agreement.id`; all that there are unless said.
    pub fields: Option<Vec<String>>,
    /// How rows are written.
    pub format: ExportFormat,
    /// Which rows are wanted, as in the list's own `where`; all that you see unless said.
    #[graphql(name = "where")]
    pub wanted: Option<ExportWhere>,
}

/// Which rows of an export are wanted.
#[derive(Clone, Debug, InputObject)]
pub struct ExportWhere {
    /// Of an export of contracts those that are wanted, each as you read it today.
    pub contracts: Option<ContractWhere>,
}

/// An export to be given up.
#[derive(Clone, Debug, InputObject)]
pub struct CancelExportInput {
    /// The export.
    pub export: ID,
}

payload! {
    /// What came of beginning an export.
    StartExportPayload {
        /// The export, which goes on by itself; null when it was refused.
        export: Export
    }
}

payload! {
    /// What came of giving an export up.
    CancelExportPayload {
        /// The export, which has no file any more; null when it was refused.
        export: Export
    }
}

#[Object]
impl ExportJobMutation {
    /// Begins to export a list as you see it now, under one snapshot, and answers at once with an
    /// export to look at. Rows are charged as in pages of the list; where your budget does not pay for
    /// the first thousand, the error is `RATE_LIMITED`.
    async fn start_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The list.")] input: StartExportInput,
    ) -> Result<StartExportPayload> {
        let wanted = match input.wanted() {
            Ok(wanted) => wanted,
            Err(refusal) => return StartExportPayload::answer(Err(refusal.into()), Export),
        };
        let budget = ctx.data::<Arc<dyn Budget>>()?;
        let begun = start(ctx.database()?, ctx.viewer()?, (wanted, budget.as_ref())).await;
        ctx.request()?.after_write().await;
        StartExportPayload::answer(begun?, Export)
    }

    /// Gives an export up: it is broken off where it runs, and its file is deleted. For whoever started
    /// it, and for the ADMIN of the organisation.
    async fn cancel_export(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The export.")] input: CancelExportInput,
    ) -> Result<CancelExportPayload> {
        let cancelled = match Kind::Export.read(&input.export, "export") {
            Ok(id) => jobs::cancel(ctx.database()?, ctx.viewer()?, id).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        CancelExportPayload::answer(cancelled, Export)
    }
}

impl StartExportInput {
    fn wanted(self) -> std::result::Result<Wanted, Refusal> {
        let Self { of, fields, format, wanted } = self;
        let list = List::from(of);
        let fields = list.chosen(fields.as_deref())?;
        let picked = wanted.and_then(|wanted| wanted.contracts);
        if picked.is_some() && list != List::Contracts {
            let sentence = "only contracts are picked by this: leave it out, or export CONTRACTS";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("where.contracts"));
        }
        let criteria = picked.map(|picked| picked.criteria()).transpose();
        let contracts = criteria.map_err(|mut refusal| {
            // The list has its `where` one level higher.
            let below = refusal.path.len().min(1);
            refusal.path.insert(below, "contracts".to_owned());
            refusal
        })?;
        Ok(Wanted { list, fields, format: format.into(), contracts })
    }
}

/// Begins what is paid for.
async fn start(
    database: &Database,
    viewer: &Viewer,
    (wanted, budget): (Wanted, &dyn Budget),
) -> Result<std::result::Result<entities::export_job::Model, Stopped>> {
    let pays = budget.begin(jobs::cost_of_beginning(wanted.fields.len())).map_err(unpaid)?;
    let Wanted { list, fields, format, .. } = wanted.clone();
    let new = NewExport { kind: list.name(), format, fields };
    let reader = viewer.clone();
    let write = async move |snapshot: &Snapshot, pieces: &mut Pieces<'_>| {
        bulk::write(&reader, &wanted, (snapshot, pieces)).await
    };
    Ok(jobs::start(database, viewer, new, (pays, write)).await)
}

fn unpaid(unpaid: Unpaid) -> async_graphql::Error {
    async_graphql::Error::new(unpaid.message).extend_with(|_, extensions| {
        extensions.set("code", unpaid.code);
        if let Some(seconds) = unpaid.retry_after_seconds {
            extensions.set("retryAfterSeconds", seconds);
        }
    })
}
