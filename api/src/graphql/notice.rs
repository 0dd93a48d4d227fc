//! Notice to leave an agreement.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject};
use uuid::Uuid;

use super::{
    agreement_loaders::PartnersOf,
    decision::{Decision, DecisionInput},
    governance_loaders::NoticesOf,
    loaders::Loading,
    node::Kind,
    organisation::Organisation,
    paging::{PageArguments, page_of},
    request::Asked,
    scalars::Date,
    withheld::Permission,
};
use crate::{
    connection, payload,
    service::{
        Refusal,
        notice::{self as service, Given, NewNotice, NewNoticeWithdrawal},
    },
};

/// Where a notice stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::NoticeState")]
pub enum NoticeState {
    /// It was given and takes effect later.
    Running,
    /// It took effect: that the partner leaves is recorded by `endAgreementPartner`.
    InEffect,
    /// It was withdrawn before it took effect.
    Withdrawn,
}

/// That a partner gave notice to leave an agreement. Whoever reads the agreement's terms of exit on
/// that day sees it.
#[derive(Clone, Debug)]
pub struct Notice(pub Given);

/// What you may do to a notice.
#[derive(Clone, Debug, SimpleObject)]
pub struct NoticePermissions {
    /// Withdraw it.
    pub withdraw: Permission,
}

connection!(NoticeConnection, NoticeEdge, Notice, "notices, of those that you see");

/// That a partner gave notice to leave an agreement. Whoever reads the agreement's terms of exit on
/// that day sees it.
#[Object]
impl Notice {
    /// The identity, opaque and lasting.
    async fn id(&self) -> ID {
        Kind::Notice.id(self.0.seen.row.id)
    }

    /// The partner that gave it.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.seen.row.organisation_id).await
    }

    /// When it was given.
    async fn given_on(&self) -> Date {
        self.0.seen.row.given_on.into()
    }

    /// When it takes effect: after the months of notice that were agreed when it was given.
    async fn takes_effect_on(&self) -> Date {
        self.0.seen.row.takes_effect_on.into()
    }

    /// Why.
    async fn reason(&self) -> &str {
        &self.0.seen.row.reason
    }

    /// Who decided, when, and where it is minuted.
    async fn decision(&self) -> Decision {
        let row = &self.0.seen.row;
        Decision {
            deciding_body: row.deciding_body.clone(),
            decided_on: row.decided_on.into(),
            minute_reference: row.minute_reference.clone(),
        }
    }

    /// Where it stands; to whoever left, as on its last day.
    async fn state(&self) -> NoticeState {
        self.0.state.into()
    }

    /// When it was withdrawn; null while it was not within your own days.
    async fn withdrawn_on(&self) -> Option<Date> {
        self.0.withdrawal.as_ref().map(|row| row.withdrawn_on.into())
    }

    /// Why it was withdrawn; null while it was not within your own days.
    async fn withdrawal_reason(&self) -> Option<&str> {
        self.0.withdrawal.as_ref().map(|row| row.reason.as_str())
    }

    /// What you may do to it; whether it can still be done, it says itself.
    async fn viewer_can(&self, ctx: &Context<'_>) -> Result<NoticePermissions> {
        let partnership = ctx.loaders()?.load_one(PartnersOf(self.0.seen.row.agreement_id)).await?;
        let parties = partnership.unwrap_or_default().parties_on(ctx.viewer()?.today);
        let may = service::permissions(ctx.viewer()?, &parties, &self.0);
        Ok(NoticePermissions { withdraw: may.withdraw.into() })
    }
}

/// Notices, given and withdrawn.
#[derive(Default)]
pub struct NoticeMutation;

/// Notice that your own organisation gives.
#[derive(Clone, Debug, InputObject)]
pub struct GiveNoticeInput {
    /// The agreement.
    pub agreement: ID,
    /// When it was given, no later than today.
    pub given_on: Date,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// Who decided.
    pub decision: DecisionInput,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// A notice that is withdrawn.
#[derive(Clone, Debug, InputObject)]
pub struct WithdrawNoticeInput {
    /// The notice.
    pub notice: ID,
    /// Why, 1 to 1,000 characters.
    pub reason: String,
    /// True to check everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of giving notice.
    GiveNoticePayload {
        /// The notice; null when it was refused.
        notice: Notice
    }
);
payload!(
    /// What came of withdrawing a notice.
    WithdrawNoticePayload {
        /// The notice; null when it was refused.
        notice: Notice
    }
);

#[Object]
impl NoticeMutation {
    /// Gives notice to leave an agreement, for your own organisation: it takes effect after the
    /// months that were agreed. Needs the role COMMISSIONER of a partner.
    async fn give_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The notice.")] input: GiveNoticeInput,
    ) -> Result<GiveNoticePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match input.read() {
            Ok(new) => service::give(ctx.database()?, viewer, dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        GiveNoticePayload::answer(done, Notice)
    }

    /// Withdraws a notice of your own organisation before it takes effect. Needs the role
    /// COMMISSIONER.
    async fn withdraw_notice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The notice, and why.")] input: WithdrawNoticeInput,
    ) -> Result<WithdrawNoticePayload> {
        let (viewer, dry_run) = (ctx.viewer()?, input.dry_run);
        let done = match Kind::Notice.read(&input.notice, "notice") {
            Ok(notice) => {
                let new = NewNoticeWithdrawal { notice, reason: input.reason };
                service::withdraw(ctx.database()?, viewer, dry_run, new).await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        WithdrawNoticePayload::answer(done, Notice)
    }
}

impl GiveNoticeInput {
    fn read(self) -> std::result::Result<NewNotice, Refusal> {
        Ok(NewNotice {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            given_on: self.given_on.day("givenOn")?,
            reason: self.reason,
            decision: self.decision.read("decision")?,
        })
    }
}

/// The notices given under an agreement, the last first.
///
/// # Errors
/// A bad page or cursor, or a fault.
pub async fn of_agreement(
    ctx: &Context<'_>,
    agreement: Uuid,
    arguments: &PageArguments,
) -> Result<NoticeConnection> {
    let viewer = ctx.viewer()?.holder();
    let list = ctx.request()?.cursors.list(viewer, "notices", "", &agreement.to_string());
    let given = ctx.loaders()?.load_one(NoticesOf(agreement)).await?.unwrap_or_default();
    let page = page_of(&given, arguments, &list, |it| it.seen.row.id.to_string())?;
    Ok(NoticeConnection(page.map(Notice)))
}
