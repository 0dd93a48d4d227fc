//! Partners leave, organisations are appointed, and successors are named.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result};
use entities::relation::RelationKind;

use super::{
    agreement::PartnershipAgreement, node::Kind, relation::AgreementRelation, request::Asked,
    scalars::Date,
};
use crate::{
    payload,
    service::{
        Refusal,
        relation::{self, AppointmentEnd, Leaving, Naming, NewAppointment, Revocation},
    },
};

/// Relations, begun and ended.
#[derive(Default)]
pub struct RelationMutation;

/// How an organisation is appointed. Partners join, and a host is named, by mutations of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum AppointmentKind {
    /// It signed the agreement and puts no money in.
    Party,
    /// It sits on the agreement's board.
    BoardMember,
    /// It is let in to watch.
    Observer,
    /// It regulates, and reads a summary unless it is granted more.
    Regulator,
    /// It audits, and reads a summary unless it is granted more.
    Auditor,
}

/// A partner that leaves an agreement.
#[derive(Clone, Debug, InputObject)]
pub struct EndAgreementPartnerInput {
    /// The agreement.
    pub agreement: ID,
    /// The agreement's version as you read it.
    pub expected_version: i32,
    /// The partner. The host is not one: name another host first.
    pub organisation: ID,
    /// Its last day as a partner.
    pub left_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// An organisation that is to stand in a relation to an agreement, or to one of its funds.
#[derive(Clone, Debug, InputObject)]
pub struct AppointOrganisationInput {
    /// The agreement.
    pub agreement: ID,
    /// One fund of it; all when left out. Of an observer, a regulator or an auditor only.
    pub fund: Option<ID>,
    /// The organisation.
    pub organisation: ID,
    /// How it is to stand.
    pub kind: AppointmentKind,
    /// Its first day; it reads the financial year of that day whole.
    pub starts_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// An appointment that is to end.
#[derive(Clone, Debug, InputObject)]
pub struct EndAppointmentInput {
    /// The relation.
    pub relation: ID,
    /// Its last day.
    pub ends_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// An appointment that was a mistake.
#[derive(Clone, Debug, InputObject)]
pub struct RevokeAppointmentInput {
    /// The relation.
    pub relation: ID,
    /// Why it was a mistake, 1 to 1,000 characters.
    pub reason: String,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// Which of several successors takes over a closed body's relations to an agreement.
#[derive(Clone, Debug, InputObject)]
pub struct NameSuccessorInput {
    /// The agreement.
    pub agreement: ID,
    /// The body that closed.
    pub predecessor: ID,
    /// The one of its successors that takes over.
    pub successor: ID,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of ending a partner's relation.
    EndAgreementPartnerPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);
payload!(
    /// What came of appointing an organisation.
    AppointOrganisationPayload {
        /// The relation; null when it was refused.
        relation: AgreementRelation
    }
);
payload!(
    /// What came of ending an appointment.
    EndAppointmentPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);
payload!(
    /// What came of revoking an appointment.
    RevokeAppointmentPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);
payload!(
    /// What came of naming a successor.
    NameSuccessorPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);

#[Object]
impl RelationMutation {
    /// Records that a partner leaves an agreement. What it read stays readable for its days, and
    /// nothing later appears. Needs the role COMMISSIONER of the host; while no host is named, of
    /// any partner.
    async fn end_agreement_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who leaves.")] input: EndAgreementPartnerInput,
    ) -> Result<EndAgreementPartnerPayload> {
        let viewer = ctx.viewer()?;
        let done = match input.read() {
            Ok(it) => relation::end_partner(ctx.database()?, viewer, input.dry_run, it).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        EndAgreementPartnerPayload::answer(done, PartnershipAgreement)
    }

    /// Appoints an organisation that is neither host nor partner; it sees the agreement from then
    /// on. Needs the role COMMISSIONER of the host; while no host is named, of any partner.
    async fn appoint_organisation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is appointed, and as what.")] input: AppointOrganisationInput,
    ) -> Result<AppointOrganisationPayload> {
        let viewer = ctx.viewer()?;
        let done = match input.read() {
            Ok(new) => relation::appoint(ctx.database()?, viewer, input.dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        AppointOrganisationPayload::answer(done, AgreementRelation)
    }

    /// Ends an appointment with a day. What was read stays readable for its days; grants that
    /// rested on it end with it. Needs what appointing needs.
    async fn end_appointment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appointment, and its last day.")] input: EndAppointmentInput,
    ) -> Result<EndAppointmentPayload> {
        let viewer = ctx.viewer()?;
        let read = || {
            let relation = Kind::Relation.read(&input.relation, "relation")?;
            Ok(AppointmentEnd { relation, ends_on: input.ends_on.day("endsOn")? })
        };
        let done = match read() {
            Ok(end) => relation::end_appointment(ctx.database()?, viewer, input.dry_run, end).await,
            Err(refusal) => Err(Refusal::into(refusal)),
        };
        ctx.request()?.after_write().await;
        EndAppointmentPayload::answer(done, PartnershipAgreement)
    }

    /// Takes an appointment that was a mistake off the record: all its days close at once, and
    /// grants that rested on it end. The trail of audit keeps it. Needs what appointing needs.
    async fn revoke_appointment(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which appointment, and why.")] input: RevokeAppointmentInput,
    ) -> Result<RevokeAppointmentPayload> {
        let viewer = ctx.viewer()?;
        let done = match Kind::Relation.read(&input.relation, "relation") {
            Ok(relation) => {
                let revocation = Revocation { relation, reason: input.reason };
                relation::revoke_appointment(ctx.database()?, viewer, input.dry_run, revocation)
                    .await
            }
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        RevokeAppointmentPayload::answer(done, PartnershipAgreement)
    }

    /// Names which of a closed body's several successors takes over its relations to an agreement.
    /// All of them read what it read; the one that is named stands in its place. Needs the role
    /// COMMISSIONER of the host; while nobody keeps the books, of any partner, and when the body
    /// that closed kept them, of any of its successors too.
    async fn name_successor(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who takes over from whom.")] input: NameSuccessorInput,
    ) -> Result<NameSuccessorPayload> {
        let viewer = ctx.viewer()?;
        let done = match input.read() {
            Ok(it) => relation::name_successor(ctx.database()?, viewer, input.dry_run, it).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        NameSuccessorPayload::answer(done, PartnershipAgreement)
    }
}

impl EndAgreementPartnerInput {
    fn read(&self) -> std::result::Result<Leaving, Refusal> {
        Ok(Leaving {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            expected_version: self.expected_version,
            organisation: Kind::Organisation.read(&self.organisation, "organisation")?,
            left_on: self.left_on.day("leftOn")?,
        })
    }
}

impl AppointOrganisationInput {
    fn read(&self) -> std::result::Result<NewAppointment, Refusal> {
        Ok(NewAppointment {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            fund: self.fund.as_ref().map(|id| Kind::Fund.read(id, "fund")).transpose()?,
            organisation: Kind::Organisation.read(&self.organisation, "organisation")?,
            kind: self.kind.into(),
            starts_on: self.starts_on.day("startsOn")?,
        })
    }
}

impl NameSuccessorInput {
    fn read(&self) -> std::result::Result<Naming, Refusal> {
        Ok(Naming {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            predecessor: Kind::Organisation.read(&self.predecessor, "predecessor")?,
            successor: Kind::Organisation.read(&self.successor, "successor")?,
        })
    }
}

impl From<AppointmentKind> for RelationKind {
    fn from(kind: AppointmentKind) -> Self {
        match kind {
            AppointmentKind::Party => Self::Party,
            AppointmentKind::BoardMember => Self::BoardMember,
            AppointmentKind::Observer => Self::Observer,
            AppointmentKind::Regulator => Self::Regulator,
            AppointmentKind::Auditor => Self::Auditor,
        }
    }
}
