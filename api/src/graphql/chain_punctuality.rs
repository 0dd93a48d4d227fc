//! How punctually sellers are paid down a supply chain, without an amount.

use async_graphql::{Context, Object, Result, SimpleObject};
use domain::{
    policy::{dated::Hidden, matrix::FieldGroup},
    rules::supply_chain::Punctual,
};
use entities::{contract, value::FinancialYear as Year};

use super::{
    chain_payment_loaders::{PaidDown, PaidUnder},
    loaders::Loading,
    request::{Asked, stopped},
    scalars::FinancialYear,
    subcontract_value::points,
    supply_chain::{ratio, whole},
    withheld::Withheld,
};
use crate::{
    access::Seen,
    service::{
        chain_payment::{self as service, ChainFigures, YearFigures},
        subcontract::ChainLink,
    },
};

/// How punctually sellers were paid in a financial year (rule C11).
#[derive(Clone, Copy, Debug)]
pub struct PaymentPunctuality(YearFigures);

/// How punctually sellers were paid at a tier of a supply chain.
#[derive(Clone, Debug, SimpleObject)]
pub struct TierPaymentPunctuality {
    /// The tier; 1 of what the holder of the contract pays.
    pub tier: i32,
    /// How punctually.
    pub punctuality: PaymentPunctuality,
}

/// How punctually sellers were paid down the whole supply chain of a contract.
#[derive(Clone, Debug)]
pub struct ChainPaymentPunctuality(ChainFigures);

impl PaymentPunctuality {
    fn told<T>(&self, figure: impl Fn(&Punctual) -> T) -> Option<T> {
        self.0.told.as_ref().ok().map(figure)
    }
}

/// How punctually sellers were paid in a financial year (rule C11). It counts what was paid in the
/// year, on days that are open to you; what a seller contests does not count as paid. All of it is
/// withheld where it would tell of a single payment, or of two, that you do not read (rule V8).
#[Object]
impl PaymentPunctuality {
    /// The year in which was paid.
    async fn financial_year(&self) -> FinancialYear {
        self.0.year.into()
    }

    /// How many payments were made.
    async fn paid(&self) -> Option<i32> {
        self.told(|it| whole(it.paid))
    }

    /// How many of them their sellers confirmed.
    async fn confirmed(&self) -> Option<i32> {
        self.told(|it| whole(it.confirmed))
    }

    /// How many more were recorded that their sellers contest.
    async fn contested(&self) -> Option<i32> {
        self.told(|it| whole(it.contested))
    }

    /// How many of those paid were late by the payment terms of their time.
    async fn late(&self) -> Option<i32> {
        self.told(|it| whole(it.in_time.late))
    }

    /// How many of those paid are held against no payment terms, since none were agreed.
    async fn without_terms(&self) -> Option<i32> {
        self.told(|it| whole(it.without_terms))
    }

    /// The share that was paid in time of all that had payment terms, in hundredths of a per cent;
    /// null as well where there were none.
    async fn share_in_time(&self) -> Option<i32> {
        self.told(|it| ratio(it.in_time.share_on_time)).flatten()
    }

    /// The most days that one was late; 0 when none was.
    async fn most_days_late(&self) -> Option<i32> {
        self.told(|it| points(it.in_time.most_days_late))
    }

    /// The fields that are hidden from you, and why.
    async fn withheld(&self) -> Vec<Withheld> {
        Withheld::because(self.0.told.err(), &FIGURES)
    }
}

const FIGURES: [&str; 7] =
    ["paid", "confirmed", "contested", "late", "withoutTerms", "shareInTime", "mostDaysLate"];

/// How punctually sellers were paid down the whole supply chain of a contract, of the links of which
/// you read it.
#[Object]
impl ChainPaymentPunctuality {
    /// The whole of it.
    async fn whole(&self) -> PaymentPunctuality {
        PaymentPunctuality(self.0.whole)
    }

    /// Each tier that has links of which you read it, from tier 1, at most 50.
    async fn by_tier(&self) -> Vec<TierPaymentPunctuality> {
        let tier = |(tier, figures): (&i32, &YearFigures)| TierPaymentPunctuality {
            tier: *tier,
            punctuality: PaymentPunctuality(*figures),
        };
        self.0.by_tier.iter().map(tier).collect()
    }
}

/// How punctually was paid under a link in a year; none for whoever does not read that.
///
/// # Errors
/// A fault, or what is wrong with the year.
pub(super) async fn of_link(
    ctx: &Context<'_>,
    link: &ChainLink,
    year: Option<FinancialYear>,
) -> Result<Option<PaymentPunctuality>> {
    let year = asked(ctx, year)?;
    if !link.seen.reads_summary(FieldGroup::ChainPayments) {
        return Ok(None);
    }
    let paid = ctx.loaders()?.load_one(PaidUnder(link.seen.row.id)).await?;
    let withheld = YearFigures { year, told: Err(Hidden::NotAParty) };
    let figures = paid.map_or(withheld, |paid| service::under(&paid, year));
    Ok(Some(PaymentPunctuality(figures)))
}

/// How punctually was paid down the chain of a contract that the viewer sees.
///
/// # Errors
/// A fault, or what is wrong with the year.
pub(super) async fn of_contract(
    ctx: &Context<'_>,
    head: &Seen<contract::Model>,
    year: Option<FinancialYear>,
) -> Result<ChainPaymentPunctuality> {
    let year = asked(ctx, year)?;
    let links = ctx.loaders()?.load_one(PaidDown(head.row.id, year)).await?;
    let links = links.unwrap_or_default();
    Ok(ChainPaymentPunctuality(service::down_the_chain(head, &links, year)))
}

fn asked(ctx: &Context<'_>, year: Option<FinancialYear>) -> Result<Year> {
    match year {
        Some(year) => year.year("financialYear").map_err(|why| stopped(why.into())),
        None => Ok(Year::of(ctx.viewer()?.today)),
    }
}
