use entities::{organisation, partnership_agreement as agreement, scheme, value::FinancialYear};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

use crate::access::facts::whole;
use crate::{
    database::Writing,
    service::{
        Code, Refusal, Stopped,
        code_list::{self, List},
        ground::Ground,
    },
};

/// Whether no scheme of the fund goes by `reference`. The fund is held, so that none can appear.
#[expect(clippy::disallowed_methods, reason = "references are unique over all rows of a fund")]
pub(super) async fn reference_is_free(
    tx: &Writing,
    fund: Uuid,
    reference: &str,
) -> Result<(), Stopped> {
    let same = scheme::Entity::find()
        .filter(scheme::Column::FundId.eq(fund))
        .filter(scheme::Column::Reference.eq(reference));
    if same.count(&whole(&**tx)).await? == 0 {
        return Ok(());
    }
    let sentence = format!("the fund has a scheme {reference:?}: choose another reference");
    Err(Refusal::new(Code::AlreadyExists, sentence).at("reference").into())
}

/// Whether the scheme type is in the year's list.
pub(super) async fn scheme_type(
    tx: &Writing,
    code: &str,
    year: FinancialYear,
) -> Result<(), Stopped> {
    code_list::check(&**tx, List::SchemeType, code, year, "schemeType").await.map(drop)
}

/// Whether the area of spend is in the year's list.
pub(super) async fn area_of_spend(
    tx: &Writing,
    code: &str,
    year: FinancialYear,
) -> Result<(), Stopped> {
    code_list::check(&**tx, List::AreaOfSpend, code, year, "areaOfSpend").await.map(drop)
}

/// Whether the commissioner is a partner.
pub(super) fn commissioner(ground: &Ground, commissioner: Uuid) -> Result<(), Refusal> {
    if ground.parties().partners.contains(&commissioner) {
        return Ok(());
    }
    let sentence = "a scheme is commissioned by a partner of the agreement: add it as a partner \
                    first, or name another";
    Err(Refusal::new(Code::InvalidValue, sentence).at("commissioner"))
}

/// Whether an organisation has a record here; everybody who is signed in sees organisations.
#[expect(clippy::disallowed_methods, reason = "everybody who is signed in sees organisations")]
pub(in crate::service) async fn organisation_exists(
    tx: &Writing,
    id: Uuid,
    path: &str,
) -> Result<(), Stopped> {
    if organisation::Entity::find_by_id(id).one(&**tx).await?.is_some() {
        return Ok(());
    }
    Err(Refusal::not_found("organisation", path).into())
}

/// Whether the agreement is in its term for some of `year`.
pub(in crate::service) fn year_in_term(
    agreement: &agreement::Model,
    year: FinancialYear,
    path: &str,
) -> Result<(), Refusal> {
    let begun = agreement.starts_on <= year.last_day();
    let goes_on = agreement.ends_on.is_none_or(|last| last >= year.first_day());
    if begun && goes_on {
        return Ok(());
    }
    let term = match agreement.ends_on {
        Some(last) => format!("from {} to {last}", agreement.starts_on),
        None => format!("from {} on", agreement.starts_on),
    };
    let sentence = format!("the agreement runs {term}, and so not in {year}");
    Err(Refusal::new(Code::WrongYear, sentence).at(path))
}
