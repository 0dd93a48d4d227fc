//! Codes that the world decides on.

use std::collections::HashMap;

use async_graphql::{Context, Enum, Object, Result, dataloader::Loader};
use entities::code_list_entry::Model;

use super::{
    loaders::{LoadFailed, Loading, Scoped},
    request::{Asked, fault, stopped},
    scalars::FinancialYear,
};
use crate::service::code_list;

/// The lists of codes that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "code_list::List")]
pub enum CodeList {
    /// Where money comes from, such as the NHS minimum contribution.
    FundingSource,
    /// What a scheme does, such as reablement.
    SchemeType,
    /// Which part of health and care a scheme spends on.
    AreaOfSpend,
}

/// A code that the world decides on, valid for a run of financial years. Every signed-in
/// organisation sees it.
#[derive(Clone, Debug)]
pub struct CodeListEntry(pub Model);

/// A code that the world decides on, valid for a run of financial years. Every signed-in
/// organisation sees it.
#[Object]
impl CodeListEntry {
    /// The code, as inputs name it.
    async fn code(&self) -> &str {
        &self.0.code
    }

    /// What it stands for, for people.
    async fn label(&self) -> &str {
        &self.0.label
    }

    /// The first financial year in which it may be used.
    async fn valid_from(&self) -> FinancialYear {
        self.0.valid_from.into()
    }

    /// The last financial year in which it may be used; null while there is none.
    async fn valid_to(&self) -> Option<FinancialYear> {
        self.0.valid_to.map(FinancialYear::from)
    }

    /// True of a funding source that may fund only the scheme types named for it.
    async fn is_ring_fenced(&self) -> bool {
        self.0.is_ring_fenced
    }

    /// Of a ring-fenced funding source: the codes of the scheme types that it may fund.
    async fn eligible_scheme_types(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        if !self.0.is_ring_fenced {
            return Ok(Vec::new());
        }
        let source = EligibleSchemeTypes(self.0.code.clone());
        Ok(ctx.loaders()?.load_one(source).await?.unwrap_or_default())
    }
}

/// Lists of codes.
#[derive(Default)]
pub struct CodeListQuery;

#[Object]
impl CodeListQuery {
    /// The codes of a list that may be used in a financial year, by code. Every signed-in
    /// organisation may ask.
    async fn code_list(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which list.")] list: CodeList,
        #[graphql(desc = "The financial year.")] financial_year: FinancialYear,
    ) -> Result<Vec<CodeListEntry>> {
        ctx.viewer()?;
        let year = financial_year.year("financialYear").map_err(|why| stopped(why.into()))?;
        let snapshot = ctx.request()?.snapshot().await?;
        let entries = code_list::entries(snapshot.connection(), list.into(), year).await;
        Ok(entries.map_err(fault)?.into_iter().map(CodeListEntry).collect())
    }
}

/// The scheme types that the funding source with this code may fund.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EligibleSchemeTypes(pub String);

impl Loader<EligibleSchemeTypes> for Scoped {
    type Value = Vec<String>;
    type Error = LoadFailed;

    async fn load(
        &self,
        keys: &[EligibleSchemeTypes],
    ) -> Result<HashMap<EligibleSchemeTypes, Self::Value>, LoadFailed> {
        let sources: Vec<&str> = keys.iter().map(|key| key.0.as_str()).collect();
        let snapshot = self.0.snapshot().await?;
        let rows = code_list::eligible_scheme_types(snapshot.connection(), &sources).await;
        let mut types: HashMap<_, Vec<String>> = HashMap::new();
        for row in rows.map_err(fault)? {
            types
                .entry(EligibleSchemeTypes(row.source_code))
                .or_default()
                .push(row.scheme_type_code);
        }
        Ok(types)
    }
}
