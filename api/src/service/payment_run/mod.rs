//! What a contract pays, run by its commissioner, approved and posted by the host of the fund, and
//! dealt with line by line (rules C11, M13, M14).

mod act;
mod decide;
mod explained;
mod permission;
mod read;
mod run;

use std::collections::HashMap;

use domain::{
    policy::{decisions::PaymentParties, heirs::Heirs},
    rules::pay::{LineAct, Nature},
};
use entities::{
    contract, payment_run_act as act_row,
    payment_run_line::{self as line, LineNature},
};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

pub use act::{Acting, deal};
pub use decide::{Deciding, decide};
pub use explained::{Explained, ExplainedInput, ExplainedStep};
pub use permission::{LinePermissions, may_decide, of_line};
pub use read::{PaidLine, PaymentRun, runs_of};
pub use run::{NewRun, run, run_in};

pub use crate::access::payment_run::{Sees, Shows};

use super::{Stopped, pay::Ground};
use crate::{
    access::facts::{
        contracts::{self, ContractFacts},
        partners,
    },
    auth::Viewer,
};

/// Everybody around the runs of a contract, and what is on record of it.
#[derive(Clone, Debug)]
pub struct Around {
    /// The parties, but for who is paid.
    pub parties: PaymentParties,
    /// Who stands in the place of parties that have closed.
    pub heirs: Heirs,
    /// What is on record of the contract.
    pub facts: ContractFacts,
    /// What its parties call its components.
    pub components: HashMap<Uuid, String>,
}

impl Around {
    /// The parties, with who is paid or stands in its place today.
    #[must_use]
    pub fn paying(&self, payee: Uuid, viewer: &Viewer) -> PaymentParties {
        PaymentParties { payee: self.heirs.stands_for(payee, viewer.today), ..self.parties.clone() }
    }
}

/// Everybody around the runs of a contract that the caller has found through its view.
async fn around(
    connection: &impl ConnectionTrait,
    viewer: &Viewer,
    ground: &Ground,
) -> Result<Around, Stopped> {
    let row: &contract::Model = &ground.contract.row;
    let facts = contracts::whole_of(connection, row.id).await?;
    let heirs = contracts::heirs_of(connection, &[(row, &facts)]).await?;
    let books = match row.agreement_id {
        Some(agreement) => partners::of_agreement(connection, agreement).await?,
        None => partners::Partnership::default(),
    };
    let components = crate::access::pay::components_of(connection, row.id).await?;
    Ok(Around {
        parties: PaymentParties {
            contract: ground.parties.clone(),
            books: books.parties_on(viewer.today),
            payee: None,
        },
        heirs: heirs.get(&row.id).cloned().unwrap_or_default(),
        facts,
        components: components.into_iter().map(|row| (row.id, row.reference)).collect(),
    })
}

/// What was done about a line, as the rules see it.
fn acts(rows: &[act_row::Model]) -> Vec<LineAct> {
    let act = |row: &act_row::Model| LineAct {
        kind: row.kind,
        side: row.side,
        queried: row.amount_pence,
        has_reason: row.reason.is_some(),
    };
    rows.iter().map(act).collect()
}

/// What a line is, as the rules see it.
const fn nature(row: &line::Model) -> Nature {
    match row.nature {
        LineNature::Due => Nature::Due,
        LineNature::OnAccount => Nature::OnAccount,
        LineNature::Withheld => Nature::Withheld,
        LineNature::Released => Nature::Released,
    }
}

/// What is kept of what a line is.
const fn kept(nature: Nature) -> LineNature {
    match nature {
        Nature::Due => LineNature::Due,
        Nature::OnAccount => LineNature::OnAccount,
        Nature::Withheld => LineNature::Withheld,
        Nature::Released => LineNature::Released,
    }
}
