use super::{print, settings::Settings};
use crate::service::{installation, verify};

/// Adds every balance up again and walks every chain; the first discrepancy is the failure.
pub async fn run(settings: &Settings) -> anyhow::Result<()> {
    let database = settings.open(false).await?;
    installation::read(&database).await?;
    let verify::Verified { funds, transactions, entries, balances, trail } =
        verify::verify(&database).await?;
    let verify::Walked { sealed, unsealed } = trail;
    print(&format!(
        "{funds} funds, {transactions} transactions, {entries} entries, {balances} balances, \
         {sealed} acts sealed and {unsealed} not yet: in order"
    ))
}
