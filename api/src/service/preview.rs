//! Previewing another organisation's view of an agreement that one hosts, or of a contract whose
//! commissioners one leads (rule V7).

use domain::policy::matrix::FieldGroup;
use entities::organisation;

use super::{
    Code, Refusal, Stopped,
    acting_as::{self, Named},
    agreement::find,
    audit::{self, Act},
    pay,
};
use crate::{
    access::{facts::partners, preview},
    auth::{
        Keys, Viewer,
        token::{self, PreviewOf, Previewed, Token},
    },
    database::{Database, Writing},
};

/// A preview that was begun.
pub struct Begun {
    /// What is sent with each request in it.
    pub access: Token,
    /// The organisation whose view it is.
    pub organisation: organisation::Model,
}

/// Gives a token in which the viewer reads the agreement or the contract as the other organisation
/// does, as far as it reads it itself. It is good while the viewer's organisation hosts the one, or
/// leads the commissioners of the other, and changes nothing.
///
/// # Errors
/// `NOT_FOUND` at `agreement`, `contract` or `organisation`; `NOT_ALLOWED`; `INVALID_VALUE` for an
/// organisation that sees nothing of it.
pub async fn begin(
    database: &Database,
    keys: &Keys,
    viewer: &Viewer,
    previewed: Previewed,
) -> Result<Begun, Stopped> {
    let organisation =
        database.write(false, |tx| async move { begin_in(&tx, viewer, previewed).await }).await?;
    let key = keys.signing().await?;
    let access = token::sign_for_preview(&key, (viewer, previewed), database.clock().now())?;
    Ok(Begun { access, organisation })
}

async fn begin_in(
    tx: &Writing,
    viewer: &Viewer,
    Previewed { organisation, of: what }: Previewed,
) -> Result<organisation::Model, Stopped> {
    let (root, group) = match what {
        PreviewOf::Agreement(id) => {
            let agreement = find(tx, viewer, id, "agreement").await?.row.id;
            let partnership = partners::of_agreement(&**tx, agreement).await?;
            viewer.actor().may_preview(&partnership.parties_on(viewer.today))?;
            (agreement, FieldGroup::Relations)
        }
        PreviewOf::Contract(id) => {
            let ground = pay::ground(&**tx, viewer, id).await?;
            viewer.actor().may_preview_contract(&ground.parties)?;
            (id, FieldGroup::ContractTerms)
        }
    };
    let named = Named::Id(organisation);
    let of = acting_as::organisation(&**tx, &named, "organisation").await?;
    let bounds = preview::bounds(&**tx, viewer, what).await?;
    let sees = match &bounds {
        Some(bounds) => preview::has_view(&**tx, of.id, bounds).await?,
        None => false,
    };
    if !sees {
        let sentence = "this organisation sees nothing of it: there is no view to preview";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation").into());
    }
    let act =
        Act::new("beginPreview", "Organisation", of.id).under(root, group).from_day(viewer.today);
    audit::record(tx, viewer, act).await?;
    Ok(of)
}
