//! Previewing another organisation's view of an agreement that one hosts (rule V7).

use domain::policy::matrix::FieldGroup;
use entities::organisation;

use super::{
    Code, Refusal, Stopped,
    acting_as::{self, Named},
    agreement::find,
    audit::{self, Act},
};
use crate::{
    access::{facts::partners, preview},
    auth::{
        Keys, Viewer,
        token::{self, Previewed, Token},
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

/// Gives a token in which the viewer reads the agreement as the other organisation does, as far as
/// it reads it itself. It is good while the viewer's organisation hosts the agreement, and changes
/// nothing.
///
/// # Errors
/// `NOT_FOUND` at `agreement` or `organisation`; `NOT_ALLOWED`; `INVALID_VALUE` for an organisation
/// that sees nothing of the agreement.
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
    Previewed { organisation, agreement }: Previewed,
) -> Result<organisation::Model, Stopped> {
    let agreement = find(tx, viewer, agreement, "agreement").await?.row.id;
    let partnership = partners::of_agreement(&**tx, agreement).await?;
    viewer.actor().may_preview(&partnership.parties_on(viewer.today))?;
    let named = Named::Id(organisation);
    let of = acting_as::organisation(&**tx, &named, "organisation").await?;
    let bounds = preview::bounds(&**tx, viewer, agreement).await?;
    let sees = match &bounds {
        Some(bounds) => preview::has_view(&**tx, of.id, bounds).await?,
        None => false,
    };
    if !sees {
        let sentence =
            "this organisation sees nothing of the agreement: there is no view to preview";
        return Err(Refusal::new(Code::InvalidValue, sentence).at("organisation").into());
    }
    let act = Act::new("beginPreview", "Organisation", of.id)
        .under(agreement, FieldGroup::Relations)
        .from_day(viewer.today);
    audit::record(tx, viewer, act).await?;
    Ok(of)
}
