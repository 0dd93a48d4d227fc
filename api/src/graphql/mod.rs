//! The schema: one file a noun, with its object, queries, mutations, inputs and payloads.
//! Translation only: a resolver unwraps its input and calls one function of `service`.

pub mod batches;
pub mod code_list;
pub mod cursor;
pub mod errors;
pub mod external_reference;
pub mod filter;
pub mod import_job;
pub mod loaders;
pub mod node;
pub mod nodes;
pub mod organisation;
pub mod organisation_kind;
pub mod organisation_loaders;
pub mod organisation_query;
pub mod paging;
pub mod period;
pub mod placeholder;
pub mod position;
pub mod request;
pub mod scalars;
pub mod transaction;
pub mod transactions;

use async_graphql::{EmptySubscription, MergedObject, Object, Schema, SchemaBuilder};

use request::Asked;

/// The whole schema.
pub type TributarySchema = Schema<Query, Mutation, EmptySubscription>;

/// Everything that can be asked.
#[derive(MergedObject, Default)]
pub struct Query(
    AboutQuery,
    nodes::NodeQuery,
    organisation_query::OrganisationQuery,
    code_list::CodeListQuery,
    import_job::ImportJobQuery,
);

/// Everything that can be done.
#[derive(MergedObject, Default)]
pub struct Mutation(
    transaction::TransactionMutation,
    period::PeriodMutation,
    placeholder::PlaceholderMutation,
    external_reference::ExternalReferenceMutation,
    import_job::ImportJobMutation,
);

/// What the service says of itself.
#[derive(Default)]
pub struct AboutQuery;

#[Object]
impl AboutQuery {
    /// True when this database was created as a demonstration, with "view as".
    async fn is_demonstration(
        &self,
        ctx: &async_graphql::Context<'_>,
    ) -> async_graphql::Result<bool> {
        Ok(ctx.viewer()?.roles.is_empty())
    }
}

/// The schema, to be finished with its limits.
pub fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
}
