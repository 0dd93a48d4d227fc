//! What contracts say, from a day on.

use async_graphql::Object;
use entities::contract_terms as terms;

use super::{
    contract_kind::{ContractModel, VatRegime},
    scalars::{Date, DateTime},
    subcontract_value::points,
};

/// What a contract says from a day on. Whoever reads all of its terms sees it.
#[derive(Clone, Debug)]
pub struct ContractTerms(pub terms::Model);

/// What a contract says from a day on. Whoever reads all of its terms sees it.
#[Object]
impl ContractTerms {
    /// Their number, from 1.
    async fn number(&self) -> i32 {
        self.0.number
    }

    /// True of terms that were drafted, and not awarded or varied.
    async fn is_draft(&self) -> bool {
        self.0.is_draft
    }

    /// The first day on which the contract says so.
    async fn effective_on(&self) -> Date {
        self.0.effective_on.into()
    }

    /// When that was recorded.
    async fn known_at(&self) -> DateTime {
        self.0.known_at.into()
    }

    /// The title.
    async fn title(&self) -> &str {
        &self.0.title
    }

    /// How the contract is built; null where that is not known.
    async fn model(&self) -> Option<ContractModel> {
        self.0.model.map(ContractModel::from)
    }

    /// The service areas and pathways.
    async fn services(&self) -> Vec<String> {
        self.0.services.0.clone()
    }

    /// The first day of the services; null where it is not known.
    async fn starts_on(&self) -> Option<Date> {
        self.0.starts_on.map(Date::from)
    }

    /// Their last day; null where it is not known.
    async fn ends_on(&self) -> Option<Date> {
        self.0.ends_on.map(Date::from)
    }

    /// What its providers have to keep themselves, in hundredths of a per cent of a year's value.
    async fn floor_basis_points(&self) -> i32 {
        points(self.0.floor_basis_points)
    }

    /// How value added tax is dealt with; null where it is not known.
    async fn vat_regime(&self) -> Option<VatRegime> {
        self.0.vat_regime.map(VatRegime::from)
    }
}
