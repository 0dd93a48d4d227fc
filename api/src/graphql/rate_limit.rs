//! What a request costs, and what its sender may still ask for.

use async_graphql::{Context, Object, Result, SimpleObject};

/// What this request costs, and what you may still ask for. Costs are sums of the weights of fields
/// (`@cost`), each as often as it may be answered (`@listSize`). They are charged to the organisation
/// or team that you act as and to the account that asks, or to your network where you did not sign
/// in.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct RateLimit {
    /// What the request may come to at most, in units of cost. It is charged before anything is
    /// executed, and what was not used is given back with the answer. At most 2147483647.
    pub requested: i32,
    /// What you may still ask for now that the request is charged, in units of cost.
    pub available: i32,
    /// What you may ask for when you asked for nothing lately, in units of cost.
    pub capacity: i32,
    /// What comes back each second, in units of cost.
    pub restore_rate: i32,
}

/// The limit of what is asked.
#[derive(Default)]
pub struct RateLimitQuery;

/// The limit of what is asked.
#[Object]
impl RateLimitQuery {
    /// What this request costs, and what you may still ask for. Everybody may ask, of their own
    /// requests.
    #[graphql(name = "rateLimit")]
    async fn rate_limit(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            name = "dryRun",
            default = false,
            desc = "True to try what the query would cost: nothing else of it is executed, answered \
                    or charged."
        )]
        _dry_run: bool,
    ) -> Result<RateLimit> {
        ctx.data::<RateLimit>().copied()
    }
}
