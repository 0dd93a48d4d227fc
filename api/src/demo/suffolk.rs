//! A county that lies in two boards' areas: three partners, an agreement that is not signed yet.

use entities::{
    partnership_agreement::{
        AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
    },
    pooled_fund::FundKind,
};

use super::{
    Cast,
    books::{Line, buy, contribute, day, spend},
    staff_of,
};
use crate::{
    database::Writing,
    service::{
        Stopped,
        agreement::{self, NewAgreement},
        fund::{self, NewFund},
    },
};

pub(super) async fn load(tx: &Writing, cast: &Cast) -> Result<(), Stopped> {
    let host = staff_of(tx, cast.suffolk);
    let partners = [cast.suffolk, cast.suffolk_and_north_east_essex, cast.norfolk_and_waveney];
    let agreement = NewAgreement {
        reference: "SUFFOLK-EQUIPMENT".to_owned(),
        title: "Suffolk community equipment partnership".to_owned(),
        aims: "One store of equipment for the whole county".to_owned(),
        statutory_basis: StatutoryBasis::Section75,
        status: AgreementStatus::InForce,
        evidence: AgreementEvidence::UnsignedOperating,
        host: Some(cast.suffolk),
        pool_manager: Some("Head of Joint Equipment Services".to_owned()),
        partners: partners.to_vec(),
        starts_on: day(4, 1),
        ends_on: None,
        notice_months: Some(12),
        postings: PostingVisibility::Live,
    };
    let agreement = agreement::create_in(tx, &host, &agreement).await?.id;
    let fund = NewFund {
        agreement,
        reference: "SUFFOLK-EQUIPMENT-POOL".to_owned(),
        name: "Suffolk community equipment pool".to_owned(),
        kind: FundKind::Pooled,
        starts_on: None,
        over_programming_approval: None,
    };
    let fund = fund::create_in(tx, &host, &fund).await?.id;
    let [council, suffolk_board, norfolk_board] = partners;
    let funding = vec![
        (council, "ADDITIONAL_LA", 1_200_000),
        (suffolk_board, "ADDITIONAL_NHS", 1_200_000),
        (norfolk_board, "ADDITIONAL_NHS", 1_200_000),
    ];
    for part in &funding {
        contribute(tx, &host, fund, *part).await?;
    }
    let line = Line {
        reference: "01",
        name: "Community equipment store",
        scheme_type: "ASSISTIVE_TECHNOLOGIES_AND_EQUIPMENT",
        area: "SOCIAL_CARE",
        commissioner: council,
        provider: None,
        is_capital: false,
        funding,
    };
    let store = buy(tx, &host, fund, &line).await?;
    // Three ways, these do not divide evenly: the odd pennies go in the agreement's order.
    spend(
        tx,
        &host,
        store,
        [
            301_000, 298_000, 305_000, 299_000, 304_000, 310_000, 301_000, 303_000, 307_000,
            312_000, 305_000, 316_000,
        ],
    )
    .await
}
