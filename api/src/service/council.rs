//! Finding a council by the number that social care returns know it by, or by its name.

use chrono::NaiveDate;
use entities::{
    organisation::{self, OrganisationKind},
    organisation_identifier as identifier,
};
use sea_orm::{ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::organisation::is_open_on;

/// What a council's name may begin with.
const FORMS_BEFORE: [&str; 6] = [
    "london borough of ",
    "royal borough of ",
    "city of ",
    "borough of ",
    "county of ",
    "council of the ",
];
/// What a council's name may end with, the longest first.
const FORMS_AFTER: [&str; 8] = [
    " metropolitan borough council",
    " metropolitan district council",
    " borough council",
    " district council",
    " county council",
    " city council",
    " corporation",
    " council",
];

/// The council that had this number on `day`; else the council of this name. A number passes to a
/// council's successor, so the day decides.
///
/// # Errors
/// A fault of the database.
#[expect(clippy::disallowed_methods, reason = "every signed-in organisation reads organisations")]
pub async fn on_day(
    connection: &impl ConnectionTrait,
    number: &str,
    name: &str,
    day: NaiveDate,
) -> Result<Option<organisation::Model>, DbErr> {
    let councils: Vec<organisation::Model> = organisation::Entity::find()
        .filter(organisation::Column::Kind.eq(OrganisationKind::LocalAuthority))
        .all(connection)
        .await?
        .into_iter()
        .filter(|council| is_open_on(council, day))
        .collect();
    let holders = identifier::Entity::find()
        .filter(identifier::Column::Scheme.eq("CASSR"))
        .filter(identifier::Column::Value.eq(number))
        .all(connection)
        .await?;
    let by_number = councils
        .iter()
        .find(|council| holders.iter().any(|holder| holder.organisation_id == council.id));
    let by_name = || councils.iter().find(|council| plain(&council.name) == plain(name));
    Ok(by_number.or_else(by_name).cloned())
}

/// A council's name without its form: `City of Bradford Metropolitan District Council` and
/// `Bradford` are the same.
fn plain(name: &str) -> String {
    let mut name = name.to_lowercase().replace('&', "and").replace('-', " ");
    name.retain(|letter| !"'.,".contains(letter));
    let mut name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    for form in FORMS_BEFORE {
        if let Some(rest) = name.strip_prefix(form) {
            name = rest.to_owned();
        }
    }
    for form in FORMS_AFTER {
        if let Some(rest) = name.strip_suffix(form) {
            return rest.to_owned();
        }
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_councils_form_is_no_part_of_its_name() {
        for (long, short) in [
            ("Stockton-on-Tees Borough Council", "Stockton on Tees"),
            ("Royal Borough of Greenwich", "Greenwich"),
            ("Bath & North East Somerset Council", "Bath and North East Somerset"),
            ("King's Lynn  Council", "Kings Lynn"),
        ] {
            assert_eq!(plain(long), plain(short));
        }
    }
}
