use chrono::NaiveDate;
use domain::rules::{
    contract::{
        dated::{self, Dated},
        term,
    },
    supply_chain::{DoesNotFit, is_floor},
};
use entities::{
    contract_terms::{self as terms, ContractModel, Extensions, Services, VatRegime},
    value::Instant,
};
use uuid::Uuid;

use crate::{
    database::Writing,
    service::{Code, Refusal, Stopped, text},
};

/// The most services of a contract.
const MOST_SERVICES: usize = 50;

/// What a contract is to say otherwise; what is left out stays.
#[derive(Clone, Debug, Default)]
pub struct TermsChange {
    /// Its title.
    pub title: Option<String>,
    /// How it is built.
    pub model: Option<Option<ContractModel>>,
    /// The form of a primary care contract.
    pub form: Option<Option<String>>,
    /// The service areas and pathways.
    pub services: Option<Vec<String>>,
    /// The first day of the services.
    pub starts_on: Option<Option<NaiveDate>>,
    /// Their last day.
    pub ends_on: Option<Option<NaiveDate>>,
    /// By how many months it may be extended, option by option.
    pub extension_months: Option<Vec<i32>>,
    /// How value added tax is dealt with.
    pub vat_regime: Option<Option<VatRegime>>,
    /// What its providers have to keep themselves of a year's value, in basis points.
    pub floor: Option<i64>,
}

/// What a contract says on a day, by what was known at an instant.
pub(super) fn in_force(
    said: &[terms::Model],
    day: NaiveDate,
    known_at: Instant,
) -> Option<&terms::Model> {
    let dated = |it: &terms::Model| Dated {
        effective_on: it.effective_on,
        known_at: it.known_at,
        number: it.number,
    };
    dated::in_force(said, dated, (day, known_at))
}

impl TermsChange {
    /// What the contract says after the change.
    pub(super) fn applied_to(self, before: terms::Model) -> Result<terms::Model, Refusal> {
        let form = match self.form {
            Some(form) => text::optional(form.as_deref(), 200, "form")?,
            None => before.form,
        };
        let title = match self.title {
            Some(title) => text::required(&title, 300, "title")?,
            None => before.title,
        };
        let services = match self.services {
            Some(services) => Services(checked(&services)?),
            None => before.services,
        };
        let after = terms::Model {
            title,
            form,
            services,
            model: self.model.unwrap_or(before.model),
            starts_on: self.starts_on.unwrap_or(before.starts_on),
            ends_on: self.ends_on.unwrap_or(before.ends_on),
            extension_months: self.extension_months.map_or(before.extension_months, Extensions),
            vat_regime: self.vat_regime.unwrap_or(before.vat_regime),
            floor_basis_points: self.floor.unwrap_or(before.floor_basis_points),
            ..before
        };
        if after.form.is_some() && after.model != Some(ContractModel::PrimaryCare) {
            let sentence = "only a contract of the model PRIMARY_CARE has a form";
            return Err(Refusal::new(Code::InvalidValue, sentence).at("form"));
        }
        if !is_floor(after.floor_basis_points) {
            return Err(
                Refusal::new(Code::InvalidValue, DoesNotFit::NotAFloor).at("floorBasisPoints")
            );
        }
        term::check((after.starts_on, after.ends_on), &after.extension_months.0).map_err(
            |why| {
                let path = match why {
                    term::NotATerm::EndsBeforeItStarts => "endsOn",
                    term::NotATerm::NotAnOption => "extensionMonths",
                };
                Refusal::new(Code::InvalidValue, why).at(path)
            },
        )?;
        Ok(after)
    }
}

fn checked(services: &[String]) -> Result<Vec<String>, Refusal> {
    if services.len() > MOST_SERVICES {
        let sentence = format!("name at most {MOST_SERVICES} services");
        return Err(Refusal::new(Code::InvalidValue, sentence).at("services"));
    }
    let checked = |(service, place): (&String, i32)| {
        text::required(service, 200, &format!("services.{place}"))
    };
    services.iter().zip(0..).map(checked).collect()
}

/// What a contract that says nothing yet says.
pub(super) fn blank(tx: &Writing, contract: Uuid, effective_on: NaiveDate) -> terms::Model {
    terms::Model {
        id: tx.new_id(),
        contract_id: contract,
        number: 1,
        is_draft: true,
        title: String::new(),
        model: None,
        form: None,
        services: Services::default(),
        starts_on: None,
        ends_on: None,
        extension_months: Extensions::default(),
        extensions_used: 0,
        vat_regime: None,
        floor_basis_points: 0,
        variation_id: None,
        effective_on,
        recorded_on: tx.today(),
        known_at: tx.now(),
    }
}

/// What a contract said last, once more, to be changed and written as the next.
pub(super) fn next(
    tx: &Writing,
    said: &[terms::Model],
    effective_on: NaiveDate,
) -> Result<terms::Model, Stopped> {
    let missing = || sea_orm::DbErr::RecordNotFound("the terms of a contract".to_owned());
    let last = said.iter().max_by_key(|it| it.number).ok_or_else(missing)?.clone();
    Ok(terms::Model {
        id: tx.new_id(),
        number: last.number + 1,
        variation_id: None,
        effective_on,
        recorded_on: tx.today(),
        known_at: tx.now().max(last.known_at.just_after()),
        ..last
    })
}
