//! The demonstration set, written by hand from facts: the bodies and their codes are real, and so
//! are Lewisham's contributions to its Better Care Fund pool for 2025/26 (Mayor and Cabinet, 10
//! September 2025: £53,440,286, of which the council £21,091,826). How they divide by source, the
//! schemes, the contract, the return, the risk share and everything in the books is made up, and so is
//! all of Suffolk's.

mod books;
mod discharge;
mod lewisham;
mod reported;
mod suffolk;
mod within;

use entities::{
    membership::Role,
    organisation::{self, OrganisationKind},
    organisation_identifier,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::{
    auth::Viewer,
    database::{Database, Writing},
    service::{
        Stopped,
        audit::{self, Act, By},
        installation,
    },
};

/// Somebody as whom a demonstration may be viewed.
pub struct Identity {
    /// A code of the organisation.
    pub code: &'static str,
    /// The role held in it.
    pub role: Role,
    /// What makes its view different.
    pub description: &'static str,
}

/// As whom a demonstration may be viewed.
pub const IDENTITIES: &[Identity] = &[
    Identity {
        code: "E09000023",
        role: Role::Finance,
        description: "A council: hosts Lewisham's pooled fund, and sees and posts everything in it.",
    },
    Identity {
        code: "QKK",
        role: Role::Finance,
        description: "An integrated care board: a partner of Lewisham's pool, and reads all of it.",
    },
    Identity {
        code: "QMM",
        role: Role::Finance,
        description: "A second board: sees Suffolk's agreement, and nothing of Lewisham's.",
    },
    Identity {
        code: "RJ2",
        role: Role::Finance,
        description: "A funded provider that leads a contract: sees its own scheme, the contract and its \
                      chain, and no position.",
    },
    Identity {
        code: "RV5",
        role: Role::Finance,
        description: "A subcontractor: sees its own link and how the contract above it stands, and not \
                      what that is worth.",
    },
    Identity {
        code: "QT6",
        role: Role::Finance,
        description: "An outsider: sees organisations and code lists only.",
    },
];

/// The bodies of the demonstration.
struct Cast {
    lewisham: Uuid,
    south_east_london: Uuid,
    lewisham_and_greenwich: Uuid,
    south_london_and_maudsley: Uuid,
    suffolk: Uuid,
    norfolk_and_waveney: Uuid,
    suffolk_and_north_east_essex: Uuid,
}

/// Loads the demonstration set into a database that has no organisations: all of it or nothing, and
/// once, however many processes start at the same time.
///
/// # Errors
/// When the database fails.
pub async fn load(database: &Database) -> Result<(), Stopped> {
    database
        .write(false, |tx| async move {
            if installation::has_organisations(&*tx).await? {
                tx.goes_unaudited("the demonstration set was loaded before");
                return Ok(());
            }
            let act = Act::new("loadDemonstration", "Installation", Uuid::nil());
            audit::record(&tx, By::OPERATOR, act).await?;
            let cast = cast(&tx).await?;
            lewisham::load(&tx, &cast).await?;
            suffolk::load(&tx, &cast).await
        })
        .await
}

async fn cast(tx: &Writing) -> Result<Cast, Stopped> {
    use OrganisationKind::{IntegratedCareBoard, LocalAuthority, NhsTrust};
    body(
        tx,
        "NHS Cornwall and the Isles of Scilly Integrated Care Board",
        IntegratedCareBoard,
        "QT6",
    )
    .await?;
    Ok(Cast {
        lewisham: body(tx, "London Borough of Lewisham", LocalAuthority, "E09000023").await?,
        south_east_london: body(
            tx,
            "NHS South East London Integrated Care Board",
            IntegratedCareBoard,
            "QKK",
        )
        .await?,
        lewisham_and_greenwich: body(tx, "Lewisham and Greenwich NHS Trust", NhsTrust, "RJ2")
            .await?,
        south_london_and_maudsley: body(
            tx,
            "South London and Maudsley NHS Foundation Trust",
            NhsTrust,
            "RV5",
        )
        .await?,
        suffolk: body(tx, "Suffolk County Council", LocalAuthority, "E10000029").await?,
        norfolk_and_waveney: body(
            tx,
            "NHS Norfolk and Waveney Integrated Care Board",
            IntegratedCareBoard,
            "QMM",
        )
        .await?,
        suffolk_and_north_east_essex: body(
            tx,
            "NHS Suffolk and North East Essex Integrated Care Board",
            IntegratedCareBoard,
            "QJG",
        )
        .await?,
    })
}

async fn body(
    tx: &Writing,
    name: &str,
    kind: OrganisationKind,
    code: &str,
) -> Result<Uuid, Stopped> {
    let row = organisation::Model {
        id: tx.new_id(),
        name: name.to_owned(),
        kind,
        opened_on: None,
        closed_on: None,
        postcode: None,
        is_placeholder: false,
        merged_into_id: None,
        version: 1,
    };
    let scheme = if code.starts_with('E') { "GSS" } else { "GB-NHS" };
    let identifier = organisation_identifier::Model {
        scheme: scheme.to_owned(),
        value: code.to_owned(),
        organisation_id: row.id,
    };
    let id = row.id;
    organisation::Entity::insert(row.into_active_model()).exec_without_returning(&**tx).await?;
    organisation_identifier::Entity::insert(identifier.into_active_model())
        .exec_without_returning(&**tx)
        .await?;
    Ok(id)
}

/// Somebody who does for `organisation` what its commissioning and finance people do.
fn staff_of(tx: &Writing, organisation: Uuid) -> Viewer {
    let roles = vec![Role::Commissioner, Role::Finance];
    Viewer::without_account(organisation, roles, tx.today()).in_request(tx.new_id())
}
