//! What each file is loaded as: which of its texts is which figure, and whose money it is.

use super::script::{
    AGREED, Figure, Money, OF_WHICH, SCRIPT, STATEMENT, SUM, Script, Statement, about, figure,
    in_billions, measured, of_partner,
};

const OLDHAM: Statement = Statement {
    publisher: "Oldham Council and NHS Oldham CCG",
    year: "2018/19",
    status: "OUTTURN",
    note: "the source gives no contributions by partner but for transformation funding: they are \
           loaded under a party that stands for whom it does not tell apart. It gives no movement, \
           no scheme and no variance of the CCG",
    figures: &[
        figure("Pooled Aligned Budget", "/contributions/0/amount"),
        figure("Pooled Budget", "/contributions/1/amount"),
        of_partner("GM HSCP Transformation Funding", "/contributions/2/amount", 2),
        measured("initial pool", "/printed_totals/initial_pool", AGREED),
        measured("initial budget", "/outturn/initial_budget", "ORIGINAL_BUDGET"),
        measured("revised budget", "/outturn/revised_budget", "BUDGET"),
        figure("total variance", "/printed_totals/total_variance"),
        Figure {
            partner: Some(0),
            ..figure("council variance", "/printed_totals/council_variance")
        },
        figure("month 9 forecast variance", "/lines/0/month_9_forecast_variance"),
        figure("movement since month 9", "/lines/0/movement_since_month_9"),
    ],
    checks: &[
        (
            "three components = initial pool",
            SUM,
            "initial pool",
            &["Pooled Aligned Budget", "Pooled Budget", "GM HSCP Transformation Funding"],
            &[],
        ),
        (
            "month 9 variance + movement = council year-end variance",
            SUM,
            "council variance",
            &["month 9 forecast variance", "movement since month 9"],
            &[],
        ),
        (
            "council variance explains total variance",
            OF_WHICH,
            "total variance",
            &["council variance"],
            &[],
        ),
    ],
    ..STATEMENT
};

const WIRRAL: [Statement; 2] = [
    Statement {
        publisher: "Wirral Place Based Partnership Board",
        year: "2021/22",
        note: "the source gives no contributions by partner: they are loaded under a party that \
               stands for whom it does not tell apart",
        figures: &[measured("pool", "/printed_totals/pool_2021_22", AGREED)],
        ..STATEMENT
    },
    Statement {
        publisher: "Wirral Place Based Partnership Board",
        year: "2022/23",
        period: Some(5),
        status: "FORECAST",
        note: "statement only: the source gives no total of the pool and no contributions by \
               partner of this year",
        figures: &[
            figure("overspend", "/printed_totals/overspend_m5"),
            figure("pool-commissioned services", "/lines/0/variance"),
            figure("Better Care Fund", "/lines/1/variance"),
        ],
        checks: &[(
            "lines = overspend",
            SUM,
            "overspend",
            &["pool-commissioned services", "Better Care Fund"],
            &[],
        )],
        ..STATEMENT
    },
];

const PLYMOUTH: [Statement; 2] = [
    Statement {
        publisher: "Plymouth City Council",
        year: "2015/16",
        note: "the amounts by partner are the printed shares of 77 and 23 per cent of the estimate",
        figures: &[Figure {
            subject: "size of the integrated fund",
            ..measured("estimated total", "/printed_totals/estimate", AGREED)
        }],
        ..STATEMENT
    },
    Statement {
        publisher: "Public Finance",
        address: "/other_sources/0",
        year: "2015/16",
        status: "OUTTURN",
        note: "statement only: the source gives no contributions by partner and no lines",
        figures: &[
            figure("gross fund", "/printed_totals/gross"),
            about("net fund", "/printed_totals/net", "size of the integrated fund"),
        ],
        ..STATEMENT
    },
];

const TORBAY: Statement = Statement {
    publisher: "BMA news",
    year: "2015/16",
    status: "OUTTURN",
    note: "statement only: the source gives no contributions, no lines and no agreed percentage",
    figures: &[
        figure("overspend", "/printed_totals/overspend"),
        Figure { partner: Some(0), ..figure("Torbay's share", "/printed_totals/torbay_share") },
    ],
    checks: &[("Torbay's share of the overspend", OF_WHICH, "overspend", &["Torbay's share"], &[])],
    ..STATEMENT
};

const P4P: &str = "pay for performance element";

const WILTSHIRE: [Statement; 2] = [
    Statement {
        publisher: "NHS Wiltshire CCG, minutes of September",
        year: "2015/16",
        status: "FORECAST",
        note: "statement only: the source gives neither the pool nor the underspend",
        figures: &[about("Payment for performance", "/lines/0/amount", P4P)],
        ..STATEMENT
    },
    Statement {
        publisher: "NHS Wiltshire CCG, minutes of October",
        year: "2015/16",
        status: "FORECAST",
        note: "statement only: the source gives neither the pool nor the underspend",
        figures: &[about("Payment for performance withheld", "/lines/1/amount", P4P)],
        ..STATEMENT
    },
];

const ENGLAND: [Statement; 2] = [
    Statement {
        publisher: "Sitra",
        year: "2015/16",
        note: "statement only: a national total, of which the source names no partner",
        figures: &[
            figure("carers' breaks", "/contributions/0/amount"),
            figure("CCG reablement funding", "/contributions/1/amount"),
            figure("capital", "/contributions/2/amount"),
            figure("transfer from health to social care", "/contributions/3/amount"),
            in_billions("NHS funding", "/contributions/4/amount"),
            in_billions("existing funding", "/printed_totals/2015-16 existing funding"),
            in_billions("fund", "/printed_totals/2015-16 fund"),
        ],
        checks: &[
            (
                "four existing items",
                SUM,
                "existing funding",
                &[
                    "carers' breaks",
                    "CCG reablement funding",
                    "capital",
                    "transfer from health to social care",
                ],
                &[],
            ),
            ("existing and NHS funding", SUM, "fund", &["existing funding", "NHS funding"], &[]),
        ],
        ..STATEMENT
    },
    Statement {
        publisher: "Department of Health",
        year: "2016/17",
        note: "statement only: a national total, of which the source names no partner",
        figures: &[
            figure("CCG allocation available upfront", "/contributions/5/amount"),
            figure("CCG allocation subject to a condition", "/contributions/6/amount"),
            figure("Disabled Facilities Grant", "/contributions/7/amount"),
            figure("CCG allocation", "/printed_totals/2016-17 CCG"),
            in_billions("fund", "/printed_totals/2016-17 fund"),
        ],
        checks: &[
            (
                "upfront and conditional",
                SUM,
                "CCG allocation",
                &["CCG allocation available upfront", "CCG allocation subject to a condition"],
                &[],
            ),
            ("CCG and DFG", SUM, "fund", &["CCG allocation", "Disabled Facilities Grant"], &[]),
        ],
        ..STATEMENT
    },
];

const RETURN: [Statement; 1] = [Statement {
    publisher: "Health and Social Care Information Centre",
    year: "2014/15",
    status: "OUTTURN",
    note: "the source does not say which NHS body or joint partner paid, nor who provided",
    ..STATEMENT
}];

/// Every file.
pub const SCRIPTS: &[Script] = &[
    Script {
        file: "01_",
        starts_on: "2018-04-01",
        placeholders: &["Oldham Council or NHS Oldham CCG, not told apart"],
        money: Money::Contributions(
            "2018/19",
            &[
                ("ALIGNED", 3, "/contributions/0/amount"),
                ("POOLED", 3, "/contributions/1/amount"),
                ("TRANSFORMATION", 2, "/contributions/2/amount"),
            ],
        ),
        statements: &[OLDHAM],
    },
    Script {
        file: "03_",
        starts_on: "2020-04-01",
        statements: &[Statement {
            publisher: "Oldham Commissioning Partnership Board",
            year: "2020/21",
            period: Some(6),
            status: "FORECAST",
            note: "statement only: the source gives no contributions by partner and no lines",
            figures: &[
                figure("budget", "/printed_totals/budget"),
                figure("forecast", "/printed_totals/forecast"),
                figure("variance", "/printed_totals/variance"),
            ],
            checks: &[(
                "forecast - budget = variance",
                SUM,
                "variance",
                &["forecast"],
                &["budget"],
            )],
            ..STATEMENT
        }],
        ..SCRIPT
    },
    Script {
        file: "04_",
        starts_on: "2021-04-01",
        placeholders: &["Wirral Council or its NHS partner, not told apart"],
        money: Money::Contributions("2021/22", &[("POOLED", 2, "/contributions/0/amount")]),
        statements: &WIRRAL,
    },
    Script {
        file: "05_",
        starts_on: "2023-04-01",
        money: Money::Contributions(
            "2023/24",
            &[("POOLED", 0, "/contributions/0/amount"), ("POOLED", 1, "/contributions/1/amount")],
        ),
        statements: &[Statement {
            publisher: "Wisbech Standard",
            year: "2023/24",
            note: "the source gives no outturn and no agreed percentage",
            figures: &[
                measured("pool", "/printed_totals/pool", AGREED),
                of_partner("County Council", "/contributions/0/amount", 0),
                of_partner("ICB", "/contributions/1/amount", 1),
            ],
            checks: &[("contributions = pool", SUM, "pool", &["County Council", "ICB"], &[])],
            ..STATEMENT
        }],
        ..SCRIPT
    },
    Script {
        file: "06_",
        starts_on: "2017-04-01",
        statements: &[Statement {
            publisher: "Coventry Health and Wellbeing Board",
            year: "2017/18",
            note: "statement only: the source gives two years together, 2017/18 and 2018/19, and \
                   nothing of either alone; no schemes and no risk share",
            figures: &[
                figure("pool", "/printed_totals/pool"),
                figure("Local authority resources", "/contributions/0/amount"),
                figure("CCG resources", "/contributions/1/amount"),
            ],
            checks: &[(
                "contributions = pool",
                SUM,
                "pool",
                &["Local authority resources", "CCG resources"],
                &[],
            )],
            ..STATEMENT
        }],
        ..SCRIPT
    },
    Script {
        file: "07_",
        starts_on: "2015-04-01",
        money: Money::Contributions(
            "2015/16",
            &[("POOLED", 1, "/contributions/0/amount"), ("POOLED", 0, "/contributions/1/amount")],
        ),
        statements: &PLYMOUTH,
        ..SCRIPT
    },
    Script { file: "10_", starts_on: "2015-10-01", statements: &[TORBAY], ..SCRIPT },
    Script {
        file: "11_",
        starts_on: "2022-04-01",
        statements: &[Statement {
            publisher: "Joint Public Health Board",
            year: "2022/23",
            status: "OUTTURN",
            note: "statement only: the source gives no budgets, no contributions and no total",
            figures: &[
                figure("Shared service", "/lines/0/variance"),
                figure("BCP retained grant", "/lines/1/variance"),
                figure("Dorset Council retained grant", "/lines/2/variance"),
            ],
            ..STATEMENT
        }],
        ..SCRIPT
    },
    Script {
        file: "12_",
        starts_on: "2025-04-01",
        money: Money::Contributions(
            "2025/26",
            &[("POOLED", 0, "/contributions/0/amount"), ("POOLED", 1, "/contributions/1/amount")],
        ),
        statements: &[Statement {
            publisher: "London Borough of Lewisham",
            year: "2025/26",
            note: "the contribution of the ICB is what is left of the pool: it is not printed",
            figures: &[
                measured("pool", "/printed_totals/pool", AGREED),
                of_partner("council", "/printed_totals/council", 0),
            ],
            ..STATEMENT
        }],
        ..SCRIPT
    },
    Script { file: "13_", starts_on: "2015-04-01", statements: &WILTSHIRE, ..SCRIPT },
    Script {
        file: "14_",
        starts_on: "2015-04-01",
        placeholders: &["Councils of England, none named", "NHS bodies of England, none named"],
        statements: &ENGLAND,
        ..SCRIPT
    },
    Script {
        file: "16_",
        starts_on: "2014-04-01",
        placeholders: &["Joint arrangements, partners not named"],
        money: Money::Lines("2014/15"),
        statements: &RETURN,
    },
    Script {
        file: "17_",
        starts_on: "2014-04-01",
        placeholders: &["Joint arrangements, partners not named"],
        money: Money::Lines("2014/15"),
        statements: &RETURN,
    },
];
