//! Organisations: who they are, what they are a part of, and who came before and after them.

use async_graphql::{Context, ID, Object, Result, SimpleObject};
use entities::organisation::Model;
use entities::{organisation_relationship, organisation_succession};
use uuid::Uuid;

use super::{
    costs::{COMPUTED, cost},
    exposure::{self, SupplyChainExposure},
    external_reference::ExternalReference,
    loaders::Loading,
    node::Kind,
    organisation_kind::{OrganisationKind, OrganisationRelationshipKind},
    organisation_loaders::{
        ExternalReferencesOf, IdentifiersOf, OrganisationById, RelationshipsOf, RolesOf,
        SuccessionsOf,
    },
    paging::{PageArguments, page_of},
    request::{Asked, fault, stopped},
    scalars::{Date, FinancialYear},
};
use crate::connection;

/// A body that takes part in joint commissioning, or once did. Every signed-in organisation sees
/// all of them; closed ones are kept.
#[derive(Clone, Debug)]
pub struct Organisation(pub Model);

/// A code by which the world knows an organisation. Every signed-in organisation sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct OrganisationIdentifier {
    /// Who gives the code: `GB-NHS` (ODS code), `GB-LAE`, `GB-COH` (company number), `GB-CHC`
    /// (charity number), `GSS` (nine-character geography code) or `CASSR` (council in old
    /// social-care returns).
    scheme: String,
    /// The code.
    value: String,
}

/// A role that a publisher gives an organisation. Every signed-in organisation sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct OrganisationRole {
    /// The role's code, such as `RO261`.
    code: String,
    /// True of the role by which the publisher files the organisation.
    is_primary: bool,
}

/// An exact share. Every signed-in organisation sees it.
#[derive(Clone, Debug, SimpleObject)]
pub struct Fraction {
    /// How many parts.
    numerator: i32,
    /// Of how many parts in all.
    denominator: i32,
}

/// How one body stands to another, apart from agreements and contracts.
#[derive(Clone, Debug)]
pub struct OrganisationRelationship(organisation_relationship::Model);

/// A body that came before or after another, and when.
#[derive(Clone, Debug)]
pub struct OrganisationSuccession {
    other: Uuid,
    row: organisation_succession::Model,
}

connection!(
    OrganisationConnection,
    OrganisationEdge,
    Organisation,
    "organisations, which every signed-in organisation sees"
);
connection!(
    OrganisationRelationshipConnection,
    OrganisationRelationshipEdge,
    OrganisationRelationship,
    "relationships of an organisation, which every signed-in organisation sees"
);

impl Organisation {
    /// The organisation with this identity, by the request's loader; of a merged placeholder, the
    /// body that it is.
    ///
    /// # Errors
    /// A fault.
    pub async fn load(ctx: &Context<'_>, id: Uuid) -> Result<Option<Self>> {
        Ok(ctx.loaders()?.load_one(OrganisationById(id)).await?.map(Self))
    }

    /// The organisation that a row refers to.
    ///
    /// # Errors
    /// A fault.
    pub async fn referred(ctx: &Context<'_>, id: Uuid) -> Result<Self> {
        let found = Self::load(ctx, id).await?;
        found.ok_or_else(|| fault(format_args!("no organisation {id}")))
    }
}

/// A body that takes part in joint commissioning, or once did. Every signed-in organisation sees
/// all of them; closed ones are kept.
#[Object]
impl Organisation {
    /// The identity, opaque and lasting.
    pub(crate) async fn id(&self) -> ID {
        Kind::Organisation.id(self.0.id)
    }

    /// The name as its publisher writes it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// What it has at stake over all the supply chains in which it buys or sells; null of every
    /// organisation but your own.
    #[graphql(directive = cost::apply(COMPUTED))]
    async fn exposure(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The financial year.")] financial_year: FinancialYear,
    ) -> Result<Option<SupplyChainExposure>> {
        let year = financial_year.year("financialYear").map_err(|why| stopped(why.into()))?;
        exposure::of(ctx, self.0.id, year).await
    }

    /// What sort of body it is.
    async fn kind(&self) -> OrganisationKind {
        self.0.kind.into()
    }

    /// Its first day; null where it is not known.
    async fn opened_on(&self) -> Option<Date> {
        self.0.opened_on.map(Date::from)
    }

    /// Its last day; null while it is open, and where it is not known.
    async fn closed_on(&self) -> Option<Date> {
        self.0.closed_on.map(Date::from)
    }

    /// The postcode of its registered address; null where it is not known.
    async fn postcode(&self) -> Option<&str> {
        self.0.postcode.as_deref()
    }

    /// True of a party known by its name or code alone, that nobody has described yet.
    async fn is_placeholder(&self) -> bool {
        self.0.is_placeholder
    }

    /// Counts its changes, for `expectedVersion`.
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// The codes by which the world knows it.
    async fn identifiers(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationIdentifier>> {
        let rows = ctx.loaders()?.load_one(IdentifiersOf(self.0.id)).await?.unwrap_or_default();
        let identifier = |row: entities::organisation_identifier::Model| OrganisationIdentifier {
            scheme: row.scheme,
            value: row.value,
        };
        Ok(rows.into_iter().map(identifier).collect())
    }

    /// The roles that publishers give it, the primary one first.
    async fn roles(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationRole>> {
        let rows = ctx.loaders()?.load_one(RolesOf(self.0.id)).await?.unwrap_or_default();
        let role = |row: entities::organisation_role::Model| OrganisationRole {
            code: row.code,
            is_primary: row.is_primary,
        };
        Ok(rows.into_iter().map(role).collect())
    }

    /// How it stands to other bodies, whichever side it is on; by kind.
    async fn relationships(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only relationships of this kind.")] kind: Option<
            OrganisationRelationshipKind,
        >,
        #[graphql(desc = "How many from the start, at most 100.")] first: Option<i32>,
        #[graphql(desc = "The cursor after which to begin.")] after: Option<String>,
        #[graphql(desc = "How many from the end, at most 100.")] last: Option<i32>,
        #[graphql(desc = "The cursor before which to end.")] before: Option<String>,
    ) -> Result<OrganisationRelationshipConnection> {
        let name = format!("relationships of {}", self.0.id);
        let list = ctx.request()?.cursors.list(
            ctx.viewer()?.holder(),
            &name,
            "kind",
            &format!("{kind:?}"),
        );
        let rows = ctx.loaders()?.load_one(RelationshipsOf(self.0.id)).await?.unwrap_or_default();
        let wanted: Vec<_> = rows
            .into_iter()
            .filter(|row| kind.is_none_or(|kind| kind == row.kind.into()))
            .map(OrganisationRelationship)
            .collect();
        let arguments = PageArguments::of(first, after, last, before);
        let page = page_of(&wanted, &arguments, &list, |OrganisationRelationship(row)| {
            format!("{:?}|{}|{}", row.kind, row.organisation_id, row.related_id)
        })?;
        Ok(OrganisationRelationshipConnection(page))
    }

    /// The bodies from which it took over, the earliest first.
    async fn predecessors(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationSuccession>> {
        let rows = ctx.loaders()?.load_one(SuccessionsOf(self.0.id)).await?.unwrap_or_default();
        let before = rows.into_iter().filter(|row| row.successor_id == self.0.id);
        Ok(before.map(|row| OrganisationSuccession { other: row.predecessor_id, row }).collect())
    }

    /// The bodies that took over from it, the earliest first. There may be several.
    async fn successors(&self, ctx: &Context<'_>) -> Result<Vec<OrganisationSuccession>> {
        let rows = ctx.loaders()?.load_one(SuccessionsOf(self.0.id)).await?.unwrap_or_default();
        let after = rows.into_iter().filter(|row| row.predecessor_id == self.0.id);
        Ok(after.map(|row| OrganisationSuccession { other: row.successor_id, row }).collect())
    }

    /// What your own organisation calls it in systems of its own. Nobody else sees them.
    async fn external_references(&self, ctx: &Context<'_>) -> Result<Vec<ExternalReference>> {
        let rows = ctx.loaders()?.load_one(ExternalReferencesOf(self.0.id)).await?;
        Ok(rows.unwrap_or_default().into_iter().map(ExternalReference::from).collect())
    }
}

/// How one body stands to another, apart from agreements and contracts. Every signed-in
/// organisation sees it.
#[Object]
impl OrganisationRelationship {
    /// The verb between the two.
    async fn kind(&self) -> OrganisationRelationshipKind {
        self.0.kind.into()
    }

    /// The body that the sentence is about.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.organisation_id).await
    }

    /// The other body.
    async fn related(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.0.related_id).await
    }

    /// Its first day; null where it is not known.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date::from)
    }

    /// Its last day; null while it lasts.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }

    /// Of a coverage: how much of the related body's area is covered, in small areas.
    async fn share(&self) -> Option<Fraction> {
        Some(Fraction {
            numerator: i32::try_from(self.0.share_numerator?).ok()?,
            denominator: i32::try_from(self.0.share_denominator?).ok()?,
        })
    }

    /// Where the share comes from.
    async fn basis(&self) -> Option<&str> {
        self.0.basis.as_deref()
    }
}

/// A body that came before or after another, and when. Every signed-in organisation sees it.
#[Object]
impl OrganisationSuccession {
    /// The other body.
    async fn organisation(&self, ctx: &Context<'_>) -> Result<Organisation> {
        Organisation::referred(ctx, self.other).await
    }

    /// The first day on which the successor stood in its predecessor's place.
    async fn effective_on(&self) -> Date {
        self.row.effective_on.into()
    }
}
