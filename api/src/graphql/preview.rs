//! Previewing another organisation's view (rule V7).

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};

use super::{node::Kind, organisation::Organisation, request::Asked, scalars::DateTime};
use crate::{
    auth::{
        Keys,
        token::{PreviewOf, Previewed},
    },
    payload,
    service::{Code, Refusal, preview},
};

/// A preview of another organisation's view.
#[derive(SimpleObject)]
pub struct Preview {
    /// What is sent with each request in the preview, as `Authorization: Bearer …`.
    pub access_token: String,
    /// When it ends, a quarter of an hour after it was given.
    pub expires_at: DateTime,
    /// The organisation whose view it is.
    pub organisation: Organisation,
}

/// Whose view of what is previewed.
#[derive(InputObject)]
pub struct BeginPreviewInput {
    /// The agreement that your organisation hosts, with its funds and contracts. Either this or a
    /// contract.
    pub agreement: Option<ID>,
    /// The contract whose commissioners your organisation leads. Either this or an agreement.
    pub contract: Option<ID>,
    /// The organisation whose view of it is shown: one that stands in a relation to it or to
    /// something under it.
    pub organisation: ID,
}

payload! {
    /// The outcome of beginning a preview.
    BeginPreviewPayload {
        /// The preview; null when it was refused.
        preview: Preview
    }
}

/// What concerns previews.
#[derive(Default)]
pub struct PreviewMutation;

#[Object]
impl PreviewMutation {
    /// Gives an access token in which you read an agreement that you host, or a contract whose
    /// commissioners you lead, as another organisation reads it: its rows, with what it is told is
    /// withheld from it, and nothing that you do not see yourself. Nothing that is the organisation's
    /// own is shown, and nothing can be changed. The trail of audit says that you did. Needs the role
    /// COMMISSIONER or FINANCE of the host, or of the co-ordinating commissioner.
    async fn begin_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose view of what.")] input: BeginPreviewInput,
    ) -> Result<BeginPreviewPayload> {
        let (viewer, keys) = (ctx.viewer()?, ctx.data::<Arc<Keys>>()?);
        let begun = match input.read() {
            Ok(previewed) => preview::begin(ctx.database()?, keys, viewer, previewed).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        BeginPreviewPayload::answer(begun, Preview::from)
    }
}

impl BeginPreviewInput {
    fn read(self) -> std::result::Result<Previewed, Refusal> {
        let of = match (&self.agreement, &self.contract) {
            (Some(id), None) => PreviewOf::Agreement(Kind::Agreement.read(id, "agreement")?),
            (None, Some(id)) => PreviewOf::Contract(Kind::Contract.read(id, "contract")?),
            _ => {
                let sentence = "say of what: either an agreement or a contract";
                return Err(Refusal::new(Code::InvalidValue, sentence).at("agreement"));
            }
        };
        Ok(Previewed {
            of,
            organisation: Kind::Organisation.read(&self.organisation, "organisation")?,
        })
    }
}

impl From<preview::Begun> for Preview {
    fn from(begun: preview::Begun) -> Self {
        Self {
            access_token: begun.access.text,
            expires_at: begun.access.expires_at.into(),
            organisation: Organisation(begun.organisation),
        }
    }
}
