//! Lewisham's Better Care Fund pool.

use entities::{
    budget_movement::MovementKind,
    partnership_agreement::{
        AgreementEvidence, AgreementStatus, PostingVisibility, StatutoryBasis,
    },
    pooled_fund::FundKind,
};
use uuid::Uuid;

use super::{
    Cast,
    books::{Line, buy, contribute, day, pounds, spend, year},
    discharge, reported, staff_of,
};
use crate::{
    auth::Viewer,
    database::Writing,
    service::{
        Stopped,
        agreement::{self, NewAgreement},
        commitment::{self, NewCommitment},
        decision::Decision,
        forecast::{self, NewForecast, NewLine},
        fund::{self, NewFund},
        movement::{self, NewMovement, SchemeLine},
    },
};

pub(super) async fn load(tx: &Writing, cast: &Cast) -> Result<(), Stopped> {
    let host = staff_of(tx, cast.lewisham);
    let (agreement, fund) = fund(tx, &host, cast).await?;
    for contribution in [
        (cast.south_east_london, "NHS_MINIMUM_CONTRIBUTION", 32_348_460),
        (cast.lewisham, "LA_BETTER_CARE_GRANT", 19_391_826),
        (cast.lewisham, "DISABLED_FACILITIES_GRANT", 1_700_000),
    ] {
        contribute(tx, &host, fund, contribution).await?;
    }
    let mut schemes = Vec::new();
    for line in lines(cast) {
        schemes.push(buy(tx, &host, fund, &line).await?);
    }
    let [leaving, community, reablement, carers, adaptations] = schemes[..] else {
        return Ok(());
    };
    let autumn = [690_000, 695_000, 688_000, 702_000, 698_000, 705_000];
    let winter = [731_000, 744_000, 768_000, 779_000, 752_000, 738_000];
    spend(tx, &host, leaving, year_of(autumn, winter)).await?;
    spend(tx, &host, community, [1_250_000; 12]).await?;
    spend(tx, &host, reablement, year_of([1_681_000; 6], [1_712_500; 6])).await?;
    spend(tx, &host, carers, year_of([655_000; 6], [621_000; 6])).await?;
    spend(tx, &host, adaptations, year_of([96_000; 6], [181_000; 6])).await?;
    expect(tx, &host, fund, &schemes).await?;
    move_to_discharge(tx, &host, fund, (carers, leaving)).await?;
    let promise = NewCommitment {
        scheme: adaptations,
        year: year(),
        amount: pounds(140_000),
        payee: None,
        description: "Approved grants not yet paid".to_owned(),
        effective_on: day(9, 15),
        idempotency_key: "adaptations".to_owned(),
    };
    commitment::record_in(tx, &host, promise).await?;
    let pool = reported::Pool { agreement, fund, schemes: &schemes };
    Box::pin(reported::load(tx, &host, &pool)).await?;
    Box::pin(discharge::load(tx, cast, (agreement, leaving))).await
}

/// The agreement and its fund.
async fn fund(tx: &Writing, host: &Viewer, cast: &Cast) -> Result<(Uuid, Uuid), Stopped> {
    let agreement = NewAgreement {
        reference: "LEWISHAM-BCF".to_owned(),
        title: "Lewisham Better Care Fund section 75 agreement".to_owned(),
        aims: "To help people live well at home, and to leave hospital without delay".to_owned(),
        statutory_basis: StatutoryBasis::Section75,
        status: AgreementStatus::InForce,
        evidence: AgreementEvidence::Signed,
        host: Some(cast.lewisham),
        pool_manager: Some("Director of Integrated Commissioning".to_owned()),
        partners: vec![cast.lewisham, cast.south_east_london],
        starts_on: day(4, 1),
        ends_on: None,
        notice_months: Some(6),
        postings: PostingVisibility::Live,
    };
    let agreement = agreement::create_in(tx, host, &agreement).await?.id;
    let fund = NewFund {
        agreement,
        reference: "LEWISHAM-BCF-POOL".to_owned(),
        name: "Lewisham Better Care Fund pool".to_owned(),
        kind: FundKind::Pooled,
        starts_on: None,
        over_programming_approval: None,
    };
    Ok((agreement, fund::create_in(tx, host, &fund).await?.id))
}

fn lines(cast: &Cast) -> [Line; 5] {
    let (icb, council) = (cast.south_east_london, cast.lewisham);
    let nhs = "NHS_MINIMUM_CONTRIBUTION";
    let grant = "LA_BETTER_CARE_GRANT";
    let line = |reference, name, scheme_type, area, commissioner, funding| Line {
        reference,
        name,
        scheme_type,
        area,
        commissioner,
        provider: None,
        is_capital: false,
        funding,
    };
    [
        Line {
            provider: Some(cast.lewisham_and_greenwich),
            ..line(
                "01",
                "Hospital discharge support",
                "DISCHARGE_SUPPORT",
                "COMMUNITY_HEALTH",
                icb,
                vec![(icb, nhs, 8_400_000)],
            )
        },
        line(
            "02",
            "Community health services",
            "COMMUNITY_HEALTH_SERVICES",
            "COMMUNITY_HEALTH",
            icb,
            vec![(icb, nhs, 15_000_000)],
        ),
        line(
            "03",
            "Reablement and home care",
            "REABLEMENT",
            "SOCIAL_CARE",
            council,
            vec![(icb, nhs, 8_948_460), (council, grant, 11_391_826)],
        ),
        line(
            "04",
            "Support to carers",
            "CARERS_SERVICES",
            "SOCIAL_CARE",
            council,
            vec![(council, grant, 8_000_000)],
        ),
        Line {
            is_capital: true,
            ..line(
                "05",
                "Home adaptations",
                "DFG_RELATED_SCHEMES",
                "SOCIAL_CARE",
                council,
                vec![(council, "DISABLED_FACILITIES_GRANT", 1_700_000)],
            )
        },
    ]
}

fn year_of(first: [i64; 6], second: [i64; 6]) -> [i64; 12] {
    std::array::from_fn(|month| if month < 6 { first[month] } else { second[month - 6] })
}

/// The forecast that the host submitted at the half-year.
async fn expect(tx: &Writing, host: &Viewer, fund: Uuid, schemes: &[Uuid]) -> Result<(), Stopped> {
    let monthly = [735_000, 1_250_000, 1_705_000, 640_000, 170_000];
    let lines = schemes.iter().zip(monthly).flat_map(|(scheme, amount)| {
        (7..=12).map(move |period| NewLine { scheme: *scheme, period, amount: pounds(amount) })
    });
    let new = NewForecast {
        fund,
        year: year(),
        commentary: "Winter discharges cost more; carers' breaks are taken up slowly.".to_owned(),
        lines: lines.collect(),
    };
    let saved = forecast::save_in(tx, host, new).await?;
    forecast::submit_in(tx, host, saved.row.id).await?;
    Ok(())
}

async fn move_to_discharge(
    tx: &Writing,
    host: &Viewer,
    fund: Uuid,
    (from, to): (Uuid, Uuid),
) -> Result<(), Stopped> {
    let line = |scheme, amount| SchemeLine { scheme, amount: pounds(amount), months: None };
    let new = NewMovement {
        fund,
        year: year(),
        kind: MovementKind::Virement,
        reason: "Winter discharges cost more than planned".to_owned(),
        decision: Decision {
            deciding_body: "Health and Wellbeing Board".to_owned(),
            decided_on: day(11, 20),
            minute_reference: "HWB 2025/26, item 5".to_owned(),
        },
        effective_on: day(12, 1),
        schemes: vec![line(from, -250_000), line(to, 250_000)],
        contributions: Vec::new(),
        idempotency_key: "winter".to_owned(),
    };
    movement::record_in(tx, host, &new).await?;
    Ok(())
}
