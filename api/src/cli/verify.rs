use super::{print, settings::Settings};
use crate::service::{installation, server_role, verify};

/// Adds every balance up again, walks every chain and derives every view; the first discrepancy is the failure.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let database = settings.open(false).await?;
    installation::read(&database).await?;
    if !settings.is_sqlite() {
        server_role::sees_every_row(&database).await?;
    }
    let verify::Verified { funds, transactions, entries, balances, trail, views } =
        verify::verify(&database).await?;
    let verify::Walked { sealed, unsealed } = trail;
    let verify::Compared { agreements, contracts, links, budgets, views, windows } = views;
    print(&format!(
        "{funds} funds, {transactions} transactions, {entries} entries, {balances} balances, \
         {agreements} agreements, {contracts} contracts, {links} links, \
         {budgets} delegated budgets, {views} views, {windows} windows, {sealed} acts sealed and {unsealed} not yet: in order"
    ))
}
