//! Making agreements, changing them and joining them.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, Result};

use super::{
    agreement::PartnershipAgreement,
    agreement_kind::{AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis},
    node::Kind,
    request::Asked,
    scalars::Date,
};
use crate::{
    payload,
    service::{
        Refusal,
        agreement::{self, AgreementChange, NewAgreement, NewPartner},
    },
};

/// Agreements, made and changed.
#[derive(Default)]
pub struct AgreementMutation;

/// An agreement that is to be recorded.
#[derive(Clone, Debug, InputObject)]
pub struct CreatePartnershipAgreementInput {
    /// What the partners call it, 1 to 60 characters; unique.
    pub reference: String,
    /// Its title, 1 to 300 characters.
    pub title: String,
    /// What it is for.
    #[graphql(default)]
    pub aims: String,
    /// The law it is made under.
    #[graphql(default_with = "StatutoryBasis::Section75")]
    pub statutory_basis: StatutoryBasis,
    /// Where it stands.
    #[graphql(default_with = "AgreementStatus::Draft")]
    pub status: AgreementStatus,
    /// How well it is documented.
    pub evidence: AgreementEvidence,
    /// The partners, 2 to 50, in the order that decides who gets odd pennies. Yours is one of them.
    pub partners: Vec<ID>,
    /// The partner that keeps the books, where known.
    pub host: Option<ID>,
    /// The post that manages the pool, as a title and never a name.
    pub pool_manager: Option<String>,
    /// First day.
    pub starts_on: Date,
    /// Last day, if set.
    pub ends_on: Option<Date>,
    /// Months of notice to leave it, 0 to 120.
    pub notice_months: Option<i32>,
    /// When partners see postings (rule V11).
    #[graphql(default_with = "PostingVisibility::Live")]
    pub postings: PostingVisibility,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// What is to be changed of an agreement. What is left out stays; null takes away what may be
/// absent.
#[derive(Clone, Debug, InputObject)]
pub struct UpdatePartnershipAgreementInput {
    /// The agreement.
    pub id: ID,
    /// Its version as you read it.
    pub expected_version: i32,
    /// Its title, 1 to 300 characters.
    pub title: Option<String>,
    /// What it is for.
    pub aims: Option<String>,
    /// The law it is made under.
    pub statutory_basis: Option<StatutoryBasis>,
    /// Where it stands.
    pub status: Option<AgreementStatus>,
    /// How well it is documented.
    pub evidence: Option<AgreementEvidence>,
    /// The partner that keeps the books.
    pub host: MaybeUndefined<ID>,
    /// The post that manages the pool, as a title and never a name.
    pub pool_manager: MaybeUndefined<String>,
    /// Last day.
    pub ends_on: MaybeUndefined<Date>,
    /// Months of notice to leave it, 0 to 120.
    pub notice_months: MaybeUndefined<i32>,
    /// When partners see postings (rule V11).
    pub postings: Option<PostingVisibility>,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

/// An organisation that joins an agreement.
#[derive(Clone, Debug, InputObject)]
pub struct AddAgreementPartnerInput {
    /// The agreement.
    pub agreement: ID,
    /// The agreement's version as you read it.
    pub expected_version: i32,
    /// The organisation.
    pub organisation: ID,
    /// Its first day as a partner.
    pub joined_on: Date,
    /// True to check and compute everything and write nothing.
    #[graphql(default)]
    pub dry_run: bool,
}

payload!(
    /// What came of recording an agreement.
    CreatePartnershipAgreementPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);
payload!(
    /// What came of changing an agreement.
    UpdatePartnershipAgreementPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);
payload!(
    /// What came of adding a partner.
    AddAgreementPartnerPayload {
        /// The agreement; null when it was refused.
        agreement: PartnershipAgreement
    }
);

#[Object]
impl AgreementMutation {
    /// Records an agreement that your organisation is a partner of. Needs the role COMMISSIONER.
    async fn create_partnership_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agreement.")] input: CreatePartnershipAgreementInput,
    ) -> Result<CreatePartnershipAgreementPayload> {
        let viewer = ctx.viewer()?;
        let done = match input.read() {
            Ok(new) => agreement::create(ctx.database()?, viewer, input.dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        CreatePartnershipAgreementPayload::answer(done, PartnershipAgreement)
    }

    /// Changes the record of an agreement. Needs the role COMMISSIONER of its host; while no host
    /// is named, of any partner.
    async fn update_partnership_agreement(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What changes.")] input: UpdatePartnershipAgreementInput,
    ) -> Result<UpdatePartnershipAgreementPayload> {
        let viewer = ctx.viewer()?;
        let dry_run = input.dry_run;
        let done = match input.read() {
            Ok(change) => agreement::update(ctx.database()?, viewer, dry_run, change).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        UpdatePartnershipAgreementPayload::answer(done, PartnershipAgreement)
    }

    /// Adds a partner at the end of an agreement's list; it sees the agreement and its funds from
    /// then on. Needs the role COMMISSIONER of the host; while no host is named, of any partner.
    async fn add_agreement_partner(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who joins.")] input: AddAgreementPartnerInput,
    ) -> Result<AddAgreementPartnerPayload> {
        let viewer = ctx.viewer()?;
        let done = match input.read() {
            Ok(new) => agreement::add_partner(ctx.database()?, viewer, input.dry_run, new).await,
            Err(refusal) => Err(refusal.into()),
        };
        ctx.request()?.after_write().await;
        AddAgreementPartnerPayload::answer(done, PartnershipAgreement)
    }
}

impl CreatePartnershipAgreementInput {
    fn read(&self) -> std::result::Result<NewAgreement, Refusal> {
        let partner =
            |(place, id): (usize, &ID)| Kind::Organisation.read(id, &format!("partners.{place}"));
        Ok(NewAgreement {
            reference: self.reference.clone(),
            title: self.title.clone(),
            aims: self.aims.clone(),
            statutory_basis: self.statutory_basis.into(),
            status: self.status.into(),
            evidence: self.evidence.into(),
            host: self.host.as_ref().map(|id| Kind::Organisation.read(id, "host")).transpose()?,
            pool_manager: self.pool_manager.clone(),
            partners: self.partners.iter().enumerate().map(partner).collect::<Result<_, _>>()?,
            starts_on: self.starts_on.day("startsOn")?,
            ends_on: self.ends_on.as_ref().map(|day| day.day("endsOn")).transpose()?,
            notice_months: self.notice_months,
            postings: self.postings.into(),
        })
    }
}

impl UpdatePartnershipAgreementInput {
    pub(super) fn read(self) -> std::result::Result<AgreementChange, Refusal> {
        let host = |id: Option<ID>| id.map(|id| Kind::Organisation.read(&id, "host")).transpose();
        let day = |day: Option<Date>| day.map(|day| day.day("endsOn")).transpose();
        Ok(AgreementChange {
            id: Kind::Agreement.read(&self.id, "id")?,
            expected_version: self.expected_version,
            title: self.title,
            aims: self.aims,
            statutory_basis: self.statutory_basis.map(Into::into),
            status: self.status.map(Into::into),
            evidence: self.evidence.map(Into::into),
            host: given(self.host).map(host).transpose()?,
            pool_manager: given(self.pool_manager),
            ends_on: given(self.ends_on).map(day).transpose()?,
            notice_months: given(self.notice_months),
            postings: self.postings.map(Into::into),
        })
    }
}

impl AddAgreementPartnerInput {
    fn read(&self) -> std::result::Result<NewPartner, Refusal> {
        Ok(NewPartner {
            agreement: Kind::Agreement.read(&self.agreement, "agreement")?,
            expected_version: self.expected_version,
            organisation: Kind::Organisation.read(&self.organisation, "organisation")?,
            joined_on: self.joined_on.day("joinedOn")?,
        })
    }
}

/// What was said: nothing, that it is absent, or a value.
pub(super) fn given<T>(said: MaybeUndefined<T>) -> Option<Option<T>> {
    match said {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}
